package arrowio

import (
	"os"
	"path/filepath"
	"testing"

	"eahas/features"
	"eahas/trial"
)

// Columns whose texts hold several settings, as JSON, as Python prints them or as pairs, are read setting by setting.
func TestTextsAreTakenApart(t *testing.T) {
	for name, text := range map[string]string{
		"json.csv": "run,config,acc\n" +
			`a,"{""lr"": 0.1, ""net"": {""depth"": 3}, ""amp"": true}",0.5` + "\n" +
			`b,"{""lr"": 0.2, ""opt"": ""adam""}",0.6` + "\n",
		"python.csv": "run,config,acc\n" + `a,"{'lr': 0.1, 'net': {'depth': 3}, 'amp': True}",0.5` + "\n" +
			`b,"{'lr': 0.2, 'opt': 'adam', 'net': None}",0.6` + "\n",
		"pairs.tsv": "run\tconfig\tacc\na\tlr=0.1,net.depth=3,amp=True\t0.5\nb\tlr=0.2,opt=adam\t0.6\n",
		"lines.jsonl": `{"run": "a", "config": "{\"lr\": 0.1, \"net\": {\"depth\": 3}, \"amp\": true}", "acc": 0.5}` + "\n" +
			`{"run": "b", "config": "{'lr': 0.2, 'opt': 'adam'}", "acc": 0.6}` + "\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m := trial.Mapping{Path: trial.Strings{path}, Layout: trial.Wide, ID: "run",
			Params: trial.Columns{"lr": "config.lr", "depth": "config.net.depth", "amp": "config.amp",
				"opt": "config.opt"},
			Final: &trial.FinalColumn{Column: "acc", Kind: "accuracy", Unit: "fraction"}}
		in, err := Ingest(t.Context(), []trial.Mapping{m}, "", Options{})
		if err != nil {
			t.Fatal(name, err)
		}
		if len(in.Trials) != 2 {
			t.Fatalf("%s: %d trials, rejections %+v", name, len(in.Trials), in.Rejections)
		}
		a, b := in.Trials[0].Config.Config(), in.Trials[1].Config.Config()
		if a["lr"] != features.Number(0.1) || a["depth"] != features.Number(3) || a["amp"] != features.Text("true") ||
			!a["opt"].IsMissing() || b["lr"] != features.Number(0.2) || b["opt"] != features.Text("adam") ||
			!b["depth"].IsMissing() {
			t.Errorf("%s: %v and %v", name, a, b)
		}
		infos, err := Describe(t.Context(), []string{path}, "")
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]string{}
		for _, c := range infos {
			kinds[c.Name] = c.Kind
			if (c.Apart != "") != (c.Name == "config") {
				t.Errorf("%s: %s is apart: %q", name, c.Name, c.Apart)
			}
		}
		if kinds["config.lr"] != "number" || kinds["config.amp"] != "boolean" || kinds["config.opt"] != "text" {
			t.Errorf("%s: kinds %v", name, kinds)
		}
	}
}

// A column of which one text is something else stays whole.
func TestOtherTextsStayWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.csv")
	text := "run,note,acc\na,\"{'lr': 0.1}\",0.5\nb,see {'lr': 0.1},0.6\nc,,0.7\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	infos, err := Describe(t.Context(), []string{path}, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(infos) != 3 {
		t.Errorf("columns %+v", infos)
	}
}

// Lists of numbers that stand as texts, as pandas writes a list to CSV, make a column one of lists.
func TestListsAsTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runs.csv")
	text := "run,val_acc,val_loss,layers\na,\"[0.1, 0.2, nan]\",\"['a', 'b']\",\"[64, 32]\"\n" +
		"b,\"[0.3]\",\"[1]\",\"[8]\"\nc,,,\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	infos, err := Describe(t.Context(), []string{path}, "")
	if err != nil {
		t.Fatal(err)
	}
	if c := infos[1]; !c.List || c.Kind != "number" || c.Long != 3 || c.Nulls != 1 || c.Max != 0.3 {
		t.Errorf("curve %+v", c)
	}
	if c := infos[2]; c.List || c.Kind != "text" {
		t.Errorf("words %+v", c)
	}
	if c := infos[3]; c.List || c.Kind != "text" { // a setting: one value
		t.Errorf("layers %+v", c)
	}
}

// Lines of comments before the names are passed over, and rejections still name the line of the file.
func TestLinesBeforeTheNames(t *testing.T) {
	for text, line := range map[string]int64{
		"# sweep of 12 Jan, by Anna\n# A100\n\nrun,lr,acc\na,0.1,0.5\nb,oops,0.6\n": 6,
		"sep=;\nrun;lr;acc\na;0,1;0,5\nb;oops;0,6\n":                                4,
		"# lr,acc,run\n0.1,0.5,1\noops,0.6,2\n":                                     3,
		"# of today\n# lr,acc,run\n0.1,0.5,1\noops,0.6,2\n":                         4,
		"run|lr|acc\na|0.1|0.5\nb|oops|0.6\n":                                       3,
	} {
		path := filepath.Join(t.TempDir(), "runs.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		m := trial.Mapping{Path: trial.Strings{path}, Layout: trial.Wide, ID: "run",
			Time: &trial.TimeColumn{Column: "lr", Unit: "s", Shape: trial.Total}, Params: trial.Columns{"acc": "acc"}}
		in, err := Ingest(t.Context(), []trial.Mapping{m}, "", Options{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(in.Rejections) == 0 || in.Rejections[0].Line != line || in.Rejections[0].Value != "oops" {
			t.Errorf("%q: %+v, wanted line %d", text, in.Rejections, line)
		}
	}
}
