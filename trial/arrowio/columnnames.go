package arrowio

// ColumnNames lists the columns of the files that the paths name (file, folder or glob, relative to dataDir), those of
// the folders' names included, without reading a row.
func ColumnNames(paths []string, dataDir string) (map[string]bool, error) {
	files, err := list(paths, dataDir)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for i := range files {
		err := withSource(&files[i], func(src source) error {
			for _, l := range src.leaves() {
				out[l.name] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
