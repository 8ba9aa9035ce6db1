package serve

import _ "embed"

// The page: a configuration's sliders, its curve and its costs. It loads nothing from elsewhere.
var (
	//go:embed page/index.html
	pageHTML []byte
	//go:embed page/page.css
	pageCSS []byte
	//go:embed page/page.js
	pageJS []byte
	//go:embed page/chart.js
	chartJS []byte
	//go:embed page/graph.js
	graphJS []byte
)
