// Package bundle turns a page's modules and styles into few small files.
//
//  1. What no other module imports, and every style at the top, is an entry. Each
//     becomes one file; what several entries import becomes a file of its own, named
//     by its content.
//  2. Comments, spaces and long names go; a source map beside each script leads a
//     developer's tools back to the modules as they are written.
//
// The sources stay what browsers could load themselves. The package serves nothing.
package bundle
