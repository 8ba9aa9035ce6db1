// Package docs holds the documents that the program itself shows.
package docs

import _ "embed"

// Config is the reference of all keys of a config, docs/config.md.
//
//go:embed config.md
var Config string
