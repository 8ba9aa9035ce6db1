// Package archive packs a bundle into one file and unpacks it again.
//
// The file is a plain tar (USTAR, not compressed): manifest.json, manifest.sha256, and then the listed files by name,
// each with mode 0644, owner 0 and time 0, so that equal bundles give equal bytes. Pack opens the bundle first, so that
// what it writes is whole. Unpack trusts nothing: names must be plain, entries regular files, sizes within the limits
// of package artifacts; it writes into a new folder beside the target, opens that as a bundle (version, checksums,
// golden answers), and only then renames it.
package archive
