package archive

import "errors"

// The errors of Unpack, besides those of artifacts.Open, artifacts.ErrTooLarge and artifacts.ErrExists.
var (
	// ErrNotArchive is returned when the bytes are no plain USTAR archive.
	ErrNotArchive = errors.New("not an archive of a bundle")
	// ErrTruncated is returned when the archive ends before its content does.
	ErrTruncated = errors.New("archive is truncated")
	// ErrTrailing is returned when something follows the archive's end.
	ErrTrailing = errors.New("something follows the archive")
	// ErrAbsolute is returned when an entry's path begins at a root or drive.
	ErrAbsolute = errors.New("absolute path in the archive")
	// ErrTraversal is returned when an entry's path leads out of the folder.
	ErrTraversal = errors.New("path in the archive leads out of the folder")
	// ErrName is returned when an entry's name is no plain file name.
	ErrName = errors.New("bad name in the archive")
	// ErrNotFile is returned when an entry is a link, a folder, a device or anything else but a regular file.
	ErrNotFile = errors.New("entry of the archive is not a regular file")
	// ErrDuplicate is returned when two entries have one name, also when they differ in case alone.
	ErrDuplicate = errors.New("duplicate name in the archive")
	// ErrUnlisted is returned when the archive holds a file that the bundle's manifest does not list.
	ErrUnlisted = errors.New("file in the archive that the manifest does not list")
)
