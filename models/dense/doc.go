// Package dense turns encoded rows (mixed scales, NaN for missing) into what distance- and gradient-based models
// want: finite numbers of mean 0 and variance 1.
//
//  1. Fit looks at the training frame once, column by column.
//  2. A column that never varies is dropped; a missing value becomes the column's mean, which is 0 after scaling.
//  3. Each distinct pattern of missingness among the training rows adds one indicator column (1 = missing, then
//     standardised as well): the columns of a one-hot group go missing together and share one indicator.
//
// Output order: the kept columns in the order of the frame, then the indicators in the order in which their first
// column appears. Infinities count as missing.
package dense
