// Package templates holds the pages as html/template files.
//
//  1. dashboard.html shows a run: it sees RunID ("" means the newest run) and
//     Version (of the assets, for their addresses).
//  2. unit.html and film.html show a unit and a level's film: they also see
//     Level, Unit, and Levels (all that have such pages, as JSON).
//  3. drawing.html shows a drawn digit and what a run makes of it: it also sees
//     Levels.
//  4. lesson.html takes a training step apart: it sees the same.
//  5. evaluation.html shows how a run does on the test set: it sees the same.
//  6. error.html tells a person what went wrong: it sees Status, Message and
//     Version.
//  7. replay.html is a run in one file, for times without a server.
//  8. report.html is the page of a folder with all about a run.
//
// It does not parse or execute them, and no page but the last two carries data:
// everything that changes arrives by the stream and the JSON API.
package templates

import "embed"

// FS holds the pages.
//
//go:embed *.html
var FS embed.FS
