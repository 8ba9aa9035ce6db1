package intake

// What a log may cost to read. Logs come from outside: a file may claim any size and nest as deep as it likes.
const (
	maxFiles        = 200_000   // files of a folder or archive
	maxArchive      = 512 << 20 // bytes unpacked from one archive (a tar is held in memory)
	maxArchiveDepth = 2         // archives within archives
	maxDocument     = 128 << 20 // bytes of one file that is read whole (JSON)
	maxDepth        = 64        // nesting of one JSON document
	maxLine         = 16 << 20  // bytes of one line of a text file, or of one row of a table
	maxYAML         = 1 << 20   // bytes of a YAML file, which holds a configuration
	maxColumns      = 20_000    // columns of one table
	maxRuns         = 2_000_000 // runs of one log
	maxValues       = 200 << 20 // numbers of one log, all runs together
	maxSamples      = 50 << 20  // power samples of one log, all devices together
	maxRecord       = 64 << 20  // bytes of one TensorBoard record
	maxMessage      = 64        // nesting of one protobuf message
	maxCell         = 64 << 20  // bytes of one value in an SQLite file
	maxDatabase     = 4 << 30   // bytes of an SQLite file that has to be copied before it is read
	maxFlattened    = 4096      // scalars that one nested JSON value may become
	headBytes       = 64 << 10  // bytes of a file that tell what it is
)
