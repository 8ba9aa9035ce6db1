package intake

import "context"

// Reader reads the logs of one tool.
type Reader struct {
	Name    string // one word
	Tool    string // as its makers write it
	Files   string // what lies on the disk
	Told    string // how its files are told from others
	Gives   string // what is read
	Convert string // what cannot be read, and the line that makes it readable; "" when there is nothing to say

	find func(t *tree) *Found
	read func(ctx context.Context, t *tree, f *Found, log *Log) error
}

// Readers are all readers, in the order in which they are asked: a file belongs to the first that knows it, so those
// that look for a tool's own marks come before those that take what is left.
var Readers = []Reader{
	eahasReader,
	rayReader,
	optunaReader,
	mlflowReader,
	tensorboardReader,
	tensorboardCSVReader,
	wandbReader,
	huggingfaceReader,
	lightningReader,
	synetuneReader,
	smacReader,
	sacredReader,
	hpbandsterReader,
	pyclsReader,
	mllogReader,
	codecarbonReader,
	carbontrackerReader,
	zeusReader,
	slurmReader,
	monitorReader,
	powerReader,
	prometheusReader,
	tidyReader,
	dvcliveReader,
	runColumnsReader,
	kerasReader,
	linesReader,
	printedReader,
	jsonReader,
}

// Confidence says how sure a reader is that files are its tool's.
type Confidence string

// How sure a reader is.
const (
	Certain Confidence = "certain" // a mark that nothing else has
	Likely  Confidence = "likely"  // names and shape fit
)

// Found is what one reader takes of the given files.
type Found struct {
	Tool       string     // the reader's name
	Files      []string   // as the user would find them
	Confidence Confidence // of the least certain file
	Why        string     // how they were told
	Runs       int        // that it gave, once read
	Epochs     int        // of all these runs

	files []*file
	runs  int // of the files, those that are runs; the rest explains them
}

// found makes a Found of files; nil when there are none.
func found(c Confidence, why string, files []*file) *Found {
	if len(files) == 0 {
		return nil
	}
	f := &Found{Confidence: c, Why: why, files: files}
	for _, x := range files {
		f.Files = append(f.Files, x.name)
	}
	return f
}
