// Package templates holds the pages as html/template files.
//
//  1. dashboard.html is the one page: it sees RunID ("" means the newest run)
//     and Version (of the assets, for their addresses).
//  2. error.html tells a person what went wrong: it sees Status, Message and
//     Version.
//
// It does not parse or execute them, and no page carries data: everything that
// changes arrives by the stream and the JSON API.
package templates

import "embed"

// FS holds the pages.
//
//go:embed *.html
var FS embed.FS
