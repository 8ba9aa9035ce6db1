package intake

import "path"

// above gives runs the configuration that lies in a folder above their log, as Hydra's .hydra/config.yaml, DVC's
// params.yaml beside the folder dvclive, or a config.json beside the folder of the logs: in the nearest folder that
// holds no other run.
func (l *Log) above(t *tree) {
	runs := map[string]int{} // folder -> runs below it
	for _, r := range l.Runs {
		for dir := path.Dir(r.From); ; dir = path.Dir(dir) {
			runs[dir]++
			if dir == "." || dir == "/" {
				break
			}
		}
	}
	for _, r := range l.Runs {
		if r.Tool == "eahas" {
			continue
		}
		for dir := path.Dir(r.From); dir != "." && dir != "/" && runs[dir] == 1; dir = path.Dir(dir) {
			if l.configured(t, r, dir) {
				break
			}
		}
	}
}

// configured reads the configuration of a run in a folder, if there is one that no reader took.
func (l *Log) configured(t *tree, r *Run, dir string) bool {
	found := false
	take := func(f *file) {
		if f == nil {
			return
		}
		if _, taken := t.taken[f]; taken {
			return
		}
		l.took(t, r.Tool, f)
		l.companion(r, f)
		found = true
	}
	take(t.beside(path.Join(dir, ".hydra"), "config.yaml"))
	for _, name := range companions {
		for _, ext := range []string{".json", ".yaml", ".yml"} {
			take(t.beside(dir, name+ext))
		}
	}
	return found
}
