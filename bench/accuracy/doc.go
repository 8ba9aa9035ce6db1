// Command accuracy answers which tool predicts your logs best: the variants of a config and regressors of other
// libraries, trained on the same folds, encoded rows and targets, decoded and scored by the same code.
//
//		go run ./bench/accuracy -config examples/taskset-best.yaml -variants rank-stack,forest \
//		    -peers grid2+lightgbm,ranks6+randomforest
//
//	 1. The config's variants (or those of -variants) are scored as "eahas evaluate" scores them (pipeline.Beside).
//	 2. A peer is a regressor of LightGBM, XGBoost or scikit-learn on a representation of the curve (package
//	    pipeline/peers): grid6+lightgbm, svd6+small-mlp.
//	 3. Each peer runs in Python processes of its own; Python computes no score.
//	 4. The report holds one table, and the paired differences of the first variant and everything else with their
//	    intervals.
//
// With -cells FILE it asks how much of that holds for fewer runs, and what following one competitor loses: subsamples
// of -sizes runs, -draws of each from number -first on, of one or several configs, without peers or with them; -splits
// random,group also holds out whole values of group_by. A line of JSON a target and subsample is kept in the file, and
// what is there is not measured again, so that it can be ended and begun again. -table and -figure write the table of
// all of them, beside which peers the default variant stands (table.go), and what each competitor loses (figure.go). It
// ends with regrets against the best single competitor in hindsight, by size; samples with few configurations stand
// apart (regret.go).
//
//	go run ./bench/accuracy -cells cells.jsonl -config examples/deepobs.yaml,examples/zeus.yaml \
//	    -variants auto,guided,bezier+gbdt
//
// Python needs numpy, lightgbm and scikit-learn (bench/requirements.txt); -python or EAHAS_PYTHON names it.
package main
