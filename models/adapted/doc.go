// Package adapted answers for a category that its base does not know, such as a new GPU, from a few runs.
//
// The base is a predictor that was trained on D known categories of one axis. Let f_d(x) be its answer for the row x
// with category d, and m(x) the mean of f_1(x)..f_D(x). For the new category the answer is
//
//	y(x) = m(x) + a + sum_d c_d (f_d(x) - m(x)) + g(x)
//
// with an offset a, coefficients c_d and a smooth function g, all with normal priors:
//
//	a ~ N(0, 1),  c_d ~ N(0, s²/(D-1)),  g ~ Gaussian process, variance t², Matern 5/2 of one length scale
//
// so y is itself a Gaussian process, whose covariance between devices is that of the known ones, with mean m. On
// logarithms an offset is a factor, and the sum a geometric mean. Few runs give the offset, more of them the likeness
// to one of the known categories, and many the rest. o, s, t and the length scale are chosen by leaving out each known
// category in turn (the base's own answers for it are what has to be adapted to, from as many rows as there are runs)
// and by leaving out each run. Where the runs, each answered from the others, are answered no better than by m, m is
// the answer.
//
// As stored, the sum over the categories is a weighted mean with weights that sum to 1 (and may be below 0), and g a
// sum over the runs. What the base answers for known categories stays as it is.
//
// Source: E. Bonilla, K. Chai and C. Williams, Multi-task Gaussian Process Prediction, NeurIPS 2007 (a covariance
// between tasks times one between inputs; here it is the sample covariance of known tasks, plus a part for what these
// do not span); C. Rasmussen and C. Williams, Gaussian Processes for Machine Learning, 2006: eq. 2.25, 4.17, and 5.12
// (leaving one out).
package adapted
