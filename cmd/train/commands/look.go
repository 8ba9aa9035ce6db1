package commands

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"eahas/cmd/internal/program"
	"eahas/internal/atomicfile"
	"eahas/internal/paste"
	"eahas/pipeline"
)

// lookFlags are those of the commands that look at logs without a config.
var lookFlags = []cli.Flag{
	&cli.StringFlag{Name: "name", Usage: "the run's `NAME`; default: from the first log"},
	&cli.StringFlag{Name: "runs-named",
		Usage: "take settings from the runs' names: `PATTERN` such as 'lr={lr}_bs={batch}' (other tools' logs)"},
	&cli.StringFlag{Name: "axis", Usage: "`REGEXP` of columns that are settings, whatever they look like"},
	&cli.StringFlag{Name: "result", Usage: "`REGEXP` of columns that are results, whatever they look like"},
}

// patterns reads the regular expressions of -axis and -result.
func patterns(c *cli.Context) (axes, results *regexp.Regexp, err error) {
	for flag, to := range map[string]**regexp.Regexp{"axis": &axes, "result": &results} {
		if s := c.String(flag); s != "" {
			if *to, err = regexp.Compile(s); err != nil {
				return nil, nil, fmt.Errorf("%w: -%s: %w", errUsage, flag, err)
			}
		}
	}
	return axes, results, nil
}

// looked is what is known of logs that were named without a config.
type looked struct {
	*pipeline.Looked
	name    string
	dataDir string // where the logs' paths start from
	said    string // how a command says so: "" or "-data DIR "
}

// look looks at the logs that the command's arguments name. What other tools' logs become lies in the folder
// work(name).
func look(c *cli.Context, work func(name string) string) (*looked, error) {
	axes, results, err := patterns(c)
	if err != nil {
		return nil, err
	}
	paths := c.Args().Slice()
	if ext := strings.ToLower(filepath.Ext(paths[0])); len(paths) == 1 && (ext == ".yaml" || ext == ".yml") {
		return nil, fmt.Errorf("%w: eahas %s takes logs; a config is named by a flag: -config %s", errUsage,
			c.Command.Name, paths[0])
	}
	l := &looked{name: c.String("name")}
	l.dataDir, l.said = dataOf(c, paths)
	if l.name == "" {
		l.name = nameOf(paths[0])
	}
	l.Looked, err = pipeline.Look(c.Context, l.name, paths,
		pipeline.LookOptions{DataDir: l.dataDir, Work: work(l.name), Axes: axes, Results: results,
			Names: c.String("runs-named")})
	return l, err
}

// dataOf tells where the paths on a command line start from: -data, else the current folder where they are there, else
// the data folder.
func dataOf(c *cli.Context, paths []string) (dir, said string) {
	if d := c.String("data"); d != "" {
		return d, "-data " + paste.Word(d) + " "
	}
	for _, p := range paths {
		if m, _ := filepath.Glob(p); len(m) > 0 {
			continue
		}
		if _, err := os.Stat(p); err != nil {
			return "", ""
		}
	}
	return ".", "-data . "
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// nameOf makes a run's name of a path.
func nameOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	base := filepath.Base(path)
	for _, packed := range []string{".gz", ".zst"} {
		base = strings.TrimSuffix(base, packed)
	}
	if _, err := os.Stat(path); err != nil || filepath.Ext(path) != "" {
		base = strings.TrimSuffix(base, filepath.Ext(base))
	}
	base = strings.Trim(notInNames.ReplaceAllString(base, "-"), ".*_-")
	if base == "" {
		return "logs"
	}
	return base[:min(len(base), 64)]
}

// written writes the config to a file. One that is there and says something else is the user's.
func (l *looked) written(path string, replace bool) error {
	old, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(old, l.Config):
		return nil
	case err == nil && !replace:
		return fmt.Errorf("%s is there and says something else (edited?): go on with it, %s run %s-config %s, or "+
			"-replace it", path, program.Called(), l.said, paste.Word(path))
	case err != nil && !os.IsNotExist(err):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(path, l.Config)
}

// show writes the table. Of a look that failed before there was one it writes nothing.
func (l *looked) show(w io.Writer) {
	if l != nil && l.Looked != nil {
		l.WriteTable(w)
	}
}

// lookAndConfigure looks at the logs that the arguments name, shows what they are, writes the config beside the result
// (out) and reads it.
func lookAndConfigure(c *cli.Context) (*pipeline.Config, error) {
	if c.IsSet("config") {
		return nil, fmt.Errorf("%w: eahas %s takes logs or -config, not both: a config names its logs", errUsage,
			c.Command.Name)
	}
	out := func(name string) string {
		if o := c.String("out"); o != "" {
			return filepath.Clean(o)
		}
		return filepath.Join("artifacts", name)
	}
	l, err := look(c, func(name string) string { return pipeline.WorkFolder(out(name)) })
	l.show(c.App.Writer)
	if err != nil {
		return nil, err
	}
	path := out(l.name) + ".yaml"
	if err := l.written(path, c.Bool("replace")); err != nil {
		return nil, err
	}
	fmt.Fprintf(c.App.Writer, "config  %s: every guess is a line of it; change it, then: %s run %s-config %s\n", path,
		program.Called(), l.said, path)
	if l.dataDir != "" {
		if err := c.Set("data", l.dataDir); err != nil {
			return nil, err
		}
	}
	if err := c.Set("config", path); err != nil {
		return nil, err
	}
	return loadConfig(c)
}
