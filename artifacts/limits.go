package artifacts

import (
	"slices"

	"eahas/features"
	"eahas/trial/target"
)

// Limits of what Open reads. A bundle beyond them is refused with ErrTooLarge before anything of its size is
// allocated.
const (
	MaxManifest = 64 << 20 // bytes of manifest.json
	MaxFile     = 2 << 30  // bytes of one file
	MaxBundle   = 4 << 30  // bytes of all files
	MaxFiles    = 1024     // files in a bundle
)

// FormatVersion is the newest version of the bundle's format. Open reads this one and all before it.
const FormatVersion = 4

// versionOf is the version that Save writes, the least that has what the bundle needs: version 4 has targets that are
// predicted first, version 3 axes of graphs, version 2 targets of the bundle's own and known quantities.
func versionOf(own target.Own, space *features.Space) int {
	if len(own.First()) > 0 {
		return 4
	}
	if slices.ContainsFunc(space.Params, func(p features.Param) bool { return p.Kind == features.Graph }) {
		return 3
	}
	if len(own) > 0 || len(space.Known) > 0 {
		return 2
	}
	return 1
}

// formatName stands in every manifest.
const formatName = "eahas-surrogate"

// Names of the files of a bundle.
const (
	ManifestName = "manifest.json"
	manifestSum  = "manifest.sha256" // SHA-256 of manifest.json, as sha256sum writes it
	goldenName   = "golden.jsonl"
	supportName  = "support.json"
)
