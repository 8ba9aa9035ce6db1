package artifacts

import (
	"errors"

	"eahas/models/parts"
)

// The errors of opening and verifying a bundle. Open checks in the order of this list.
var (
	// ErrNotBundle is returned when the path is not a folder with a manifest.json that says it is a bundle.
	ErrNotBundle = errors.New("not a surrogate bundle")
	// ErrVersion is returned when the bundle's format version is not one that this code reads.
	ErrVersion = errors.New("unsupported bundle version")
	// ErrChecksum is returned when a file is missing or has another size or SHA-256 than the manifest says.
	ErrChecksum = errors.New("checksum mismatch")
	// ErrTooLarge is returned when a bundle claims or holds more than the limits of this package.
	ErrTooLarge = errors.New("bundle exceeds the size limits")
	// ErrMalformed is returned when a file has its checksum but not the content that the format asks for.
	ErrMalformed = errors.New("malformed bundle")
	// ErrGolden is returned when the opened surrogate does not give the answers that were stored when it was frozen.
	ErrGolden = errors.New("golden answers differ")
)

// The errors of building and saving.
var (
	// ErrSpec is returned by New when the parts do not fit together.
	ErrSpec = errors.New("parts of the surrogate do not fit together")
	// ErrExists is returned by Save when the output folder exists and Replace is not set.
	ErrExists = errors.New("output folder exists")
	// ErrKind is returned when a predictor or a representation is of a type that the codec does not know.
	ErrKind = parts.ErrKind
)

// The errors of a query.
var (
	// ErrConfig is returned when the configuration is outside the space; the text names the axis.
	ErrConfig = errors.New("configuration refused")
	// ErrEpochs is returned when the epochs asked for are not those of a run: before the first, not increasing, not
	// finite, or too many.
	ErrEpochs = errors.New("epochs refused")
	// ErrLevel is returned when bounds are asked for at a probability that the bundle holds none for.
	ErrLevel = errors.New("no bounds at this level")
	// ErrNotFinite is returned when a model gives NaN or an infinity.
	ErrNotFinite = errors.New("model gave a number that is not finite")
)
