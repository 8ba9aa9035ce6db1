package main

import (
	"fmt"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/fileio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

func init() { register.Function1x2(pathOf) }

// linesOf gives the lines of the files of a pattern; none is an error. Files are dealt out before they are read:
// textio.Read leaves the list and the reading in one stage, which an engine may run on one machine.
func linesOf(s beam.Scope, pattern string) beam.PCollection {
	files := fileio.MatchFiles(s, pattern, fileio.MatchEmptyDisallow())
	return textio.ReadAll(s, beam.Reshuffle(s, beam.ParDo(s, pathOf, files)))
}

// pathOf is the path of a file, which textio takes for a pattern once more.
func pathOf(file fileio.FileMetadata) (string, error) {
	if strings.ContainsAny(file.Path, `*?[\`) {
		return "", fmt.Errorf("%s: rename it; a path with one of *?[\\ is read as a pattern", file.Path)
	}
	return file.Path, nil
}
