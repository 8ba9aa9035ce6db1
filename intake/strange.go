package intake

import (
	"bytes"
	"context"
	"slices"
	"strings"
)

// ownTable is said of a plain table among tools' logs, which is not joined to them: whose runs it holds nobody says.
const ownTable = "a table that no tool marks as its own, so it is not read with them: give the file itself to " +
	"eahas run, init or ingest, alone or beside the logs' folders"

// prosaic is said of a text that a program printed.
const prosaic = "what a program printed is read where it numbers epochs or steps and names a metric (Epoch 3: " +
	"val_acc=0.5), and no other tool logged the runs; else have it write a CSV with a row an epoch (run, settings, " +
	"epoch, metric, seconds, joules), or our log (docs/log.md)"

// Strange says of files, folders and archives why what lies there is not read, at most three times. Nil where there is
// nothing to say; what cannot be opened is left to whoever reads it.
func Strange(ctx context.Context, paths ...string) []LeftOut {
	t, err := grow(ctx, paths)
	if err != nil {
		return nil
	}
	defer t.shut()
	var out []LeftOut
	prose := 0
	for _, f := range t.files {
		why := strange(f)
		if why == "" && isProse(f) {
			if prose++; prose == 1 {
				why = prosaic
			}
		}
		if why != "" && why != ownTable && len(out) < 3 {
			out = append(out, LeftOut{f.name, why})
		}
	}
	return out
}

// strange says why a file that no reader took is left out; "" for what nobody expects to be read.
func strange(f *file) string {
	head := f.head()
	base := strings.ToLower(f.base())
	switch {
	case f.closed != nil:
		return "it cannot be opened: " + f.closed.Error()
	case dmonColumns(f) != nil:
		return "nvidia-smi dmon or pmon without a column of power; log with nvidia-smi dmon -s p -o DT"
	case bytes.HasPrefix(head, []byte("\xfd7zXZ")), bytes.HasPrefix(head, []byte("7z\xbc\xaf")),
		bytes.HasPrefix(head, []byte("Rar!")):
		return "packed in a way that is not read; unpack it (xz -d, 7z x, unrar x), or pack it with gzip, zstd or zip"
	case bytes.HasPrefix(head, []byte("PAR1")), bytes.HasPrefix(head, []byte("ARROW1")):
		return ownTable
	case bytes.HasPrefix(head, []byte("\x89HDF")):
		return "HDF5 is not read; python: pandas.read_hdf(FILE).to_parquet('runs.parquet')"
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return "an SQLite file of neither Optuna nor MLflow; sqlite3 -csv -header FILE 'select * from TABLE' > runs.csv"
	case strings.HasSuffix(base, ".npz"), strings.HasSuffix(base, ".npy"):
		return "NumPy's files hold no names for what is in them; python: " +
			"pandas.DataFrame(dict(numpy.load(FILE))).to_parquet('runs.parquet')"
	case strings.HasSuffix(base, ".pkl"), strings.HasSuffix(base, ".pickle"), strings.HasSuffix(base, ".dill"),
		base == "training_args.bin":
		return "a pickle runs code when it is read; write it as JSON or Parquet with the program that made it"
	case strings.HasSuffix(base, ".xlsx"), strings.HasSuffix(base, ".xls"):
		return "a spreadsheet; save it as CSV"
	case bytes.HasPrefix(head, []byte("OPTUNA")), strings.HasPrefix(base, "optuna") && strings.HasSuffix(base, ".log"):
		return "Optuna's journal; python: optuna.load_study(study_name=NAME, " +
			"storage=STORAGE).trials_dataframe().to_csv('trials.csv')"
	case f.ext() == ".csv", f.ext() == ".tsv", f.ext() == ".jsonl" && bytes.HasPrefix(head, []byte("{")):
		return ownTable
	case f.ext() == ".json", f.ext() == ".jsonl":
		return "JSON of no known shape"
	case base == "config.py":
		return "a program, which is not run to read it; write its settings as config.json beside it"
	}
	return ""
}

// isProse reports whether a file is a text of no table: what a program printed.
func isProse(f *file) bool {
	head := f.head()
	return slices.Contains([]string{".log", ".txt", ".out", ".err", ""}, f.ext()) && len(head) > 0 &&
		bytes.IndexByte(head, 0) < 0
}
