// Package tabular writes a tabular benchmark: one Parquet file with a row for each configuration, its curve, energy and
// time, as a surrogate answers them.
//
//  1. table.go asks the surrogate and gathers columns.
//  2. parquet.go writes the file: plain pages, not compressed, one row group for every RowGroup rows; thrift.go encodes
//     the metadata. It is a writer for exactly these columns, so that nothing heavy is linked.
//
// Columns, in this order: one for each axis under its name (double where all its values are numbers, else string; null:
// inactive or missing), then
//
//	epochs, curve, energy_j, time_s     lists of double, one number an epoch
//	last_epoch, energy_per_epoch_j, energy_total_j, time_per_epoch_s, time_total_s, inference_energy_j     double
//	extrapolates                        boolean
//
// less those that the surrogate does not know. An axis called like one of them gets the prefix "config_". The file's
// key-value metadata holds, under "eahas", a JSON object with the surrogate's name, notice, metric and epochs, and for
// each column its role and unit. Equal input gives equal bytes.
package tabular
