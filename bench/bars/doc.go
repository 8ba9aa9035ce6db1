// Package bars holds the figures of docs/results.md that training on the real logs has to reach, as a test over reports
// that are there already, so that nothing is trained twice. .ci/run trains, then asks:
//
//	EAHAS_BARS=FOLDER go test -count=1 -v ./bench/bars
//
// FOLDER holds one output folder for each name in bars_test.go; .ci/run has the commands that fill them. Without
// EAHAS_BARS the tests are skipped: the trainings take minutes.
package bars
