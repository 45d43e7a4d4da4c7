// Package static holds what browsers load: ES modules, styles and icons.
//
// They are what browsers understand, without a build step for whoever writes
// them. On their way web/bundle puts what a page's entry imports into few small
// files; source maps lead a developer's tools back to the modules. A page NAME has
// the entries NAME.js and NAME.css at the top, which nothing else imports: a new page needs
// no other list.
//
//  1. app.js wires: stream.js brings messages for the panels, and what people
//     do goes to api.js and drawing-api.js; view.js decides whether the newest or a kept step is
//     seen, optics.js through which lens, and predictor.js when a drawing is
//     asked about again. unit.js, film.js, drawing.js and lesson.js are the
//     other pages' entries, run-stream.js what follows a run for them;
//     insights.js asks what takes longer about a drawing, sketch.js keeps it from
//     page to page, and lesson-view.js decides which step a lesson shows.
//  2. model holds what needs no page: the protocol, the metric history, axes,
//     tile layouts, views of levels, the order of units, receptive fields,
//     strokes, the arithmetic and the glossary of the lesson, and what is said in
//     words.
//  3. panel holds one module per panel: constructor(el) and update(data).
//  4. replay is the script and the look of the page that replays a run without
//     a server, report the look of the page of a report; they are written into
//     those pages.
//  5. style holds the look; colours are tokens in style/tokens.css. A page's entry
//     imports what it needs of it. early.js is the one script that a page waits for.
//
// It does not serve them. Tests (test/, run by node) are not embedded.
package static

import "embed"

// FS holds the assets by their path below /static/.
//
//go:embed *.js *.css *.svg site.webmanifest model/*.js panel/*.js replay/* report/* style/*.css
var FS embed.FS
