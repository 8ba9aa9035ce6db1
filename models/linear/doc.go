// Package linear is ridge regression in closed form.
//
//  1. Rows are made dense (package dense): standardised, missing numbers at the mean, missingness as a column.
//  2. The eigenvectors of the weighted Gram matrix give the solution for every penalty at once.
//  3. The penalty with the least generalised cross-validation score wins, for each output by itself.
//  4. The frozen Model holds one intercept and one slope per dense column and output.
//
// Sources: A. Hoerl and R. Kennard, Ridge regression, Technometrics 12 (1970); G. Golub, M. Heath and G. Wahba,
// Generalized cross-validation as a method for choosing a good ridge parameter, Technometrics 21 (1979), eq. 1.3.
package linear
