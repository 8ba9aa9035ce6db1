// Package local answers from the measured neighbours along one axis: the runs that differ from the question in one
// number only.
//
//  1. Rows with equal inputs merge into one site whose target is their mean, exact where they agree.
//  2. Sites that agree in every column but one numeric column, the axis, form a line: the learning rates measured for
//     one network and optimizer, say. The axis is the column that joins the most sites into lines of two and more.
//  3. A question on a line lies between two sites, its bracket. Predict interpolates linearly between them along the
//     encoded axis (log10 for axes that are declared logarithmic); beyond the ends it gives the end's site.
//  4. A question off every line gets the mean of the three nearest sites (package dense's scaling).
//  5. Spread says how far apart the sites are that answered.
//
// Guide is the second use: it moves another model's prediction to the nearest point of the segment between the two
// sites of the bracket. The other model then says where between its neighbours a run lies (how far before the cliff at
// which trainings diverge, for instance), and the neighbours say which curves are possible there. Where both neighbours
// failed alike, their segment is a single point: the run is predicted at chance exactly, and ranks as the tie that it
// is.
package local
