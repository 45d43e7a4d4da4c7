package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// A Bundle is scripts and styles as browsers get them.
type Bundle struct {
	Files   map[string][]byte   // by path; beside each script NAME its source map NAME.map
	Imports map[string][]string // by entry: all files that it needs besides itself
}

// settings say how sources become bundles. What several pages import is in files
// of its own, named by their content.
func settings() api.BuildOptions {
	return api.BuildOptions{
		Bundle: true, Splitting: true, Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, LegalComments: api.LegalCommentsNone,
		Sourcemap: api.SourceMapLinked, ChunkNames: "shared-[hash]", Outdir: "static", Metafile: true,
	}
}

// Compile bundles all entries: the styles and modules at the top that no other one
// imports. An error names file, line and column.
func Compile(fsys fs.FS) (*Bundle, error) {
	names, err := entries(fsys)
	if err != nil {
		return nil, err
	}
	options := settings()
	options.EntryPoints, options.Plugins = names, []api.Plugin{sourcesOf(fsys)}
	result := api.Build(options)
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	b := &Bundle{Files: map[string][]byte{}}
	for _, file := range result.OutputFiles {
		b.Files[filepath.Base(file.Path)] = file.Contents
	}
	b.Imports, err = importsOf(result.Metafile, names)
	return b, err
}

// Inline bundles one module or style to be written into a page.
func Inline(fsys fs.FS, name string) ([]byte, error) {
	options := settings()
	options.EntryPoints, options.Plugins = []string{name}, []api.Plugin{sourcesOf(fsys)}
	options.Splitting, options.Format, options.Sourcemap = false, api.FormatIIFE, api.SourceMapNone
	result := api.Build(options)
	if err := problems(result.Errors); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

// Version tells bundles of the same sources apart that are made otherwise: by
// another compiler or with other settings.
func Version() string {
	version := fmt.Sprintf("%+v", settings())
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	for _, m := range info.Deps {
		if m.Path == "github.com/evanw/esbuild" {
			version += m.Version
		}
	}
	return version
}

// imported finds the modules that a module's text imports.
var imported = regexp.MustCompile(`(?m)^(?:import|export)[^;]*? from "\./([^"]+)";`)

func entries(fsys fs.FS) ([]string, error) {
	styles, err := fs.Glob(fsys, "*.css")
	if err != nil {
		return nil, err
	}
	modules, err := fs.Glob(fsys, "*.js")
	if err != nil {
		return nil, err
	}
	parts := map[string]bool{}
	for _, name := range modules {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		for _, match := range imported.FindAllSubmatch(text, -1) {
			parts[string(match[1])] = true
		}
	}
	return append(slices.DeleteFunc(modules, func(name string) bool { return parts[name] }), styles...), nil
}

// sourcesOf lets the compiler read a file system instead of the disk.
func sourcesOf(fsys fs.FS) api.Plugin {
	return api.Plugin{Name: "static", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: path.Join(path.Dir(a.Importer), a.Path), Namespace: "static"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "static"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			text, err := fs.ReadFile(fsys, a.Path)
			contents := string(text)
			return api.OnLoadResult{Contents: &contents, Loader: api.LoaderDefault}, err
		})
	}}
}

// problems returns the compiler's errors as one, or nil.
func problems(messages []api.Message) error {
	var all []error
	for _, m := range messages {
		where := ""
		if at := m.Location; at != nil {
			where = fmt.Sprintf("static/%s:%d:%d: ", strings.TrimPrefix(at.File, "static:"), at.Line, at.Column+1)
		}
		all = append(all, errors.New(where+m.Text))
	}
	return errors.Join(all...)
}

// importsOf reads from the compiler's report which files each entry needs,
// itself or through others. All files are in one folder.
func importsOf(report string, entries []string) (map[string][]string, error) {
	var r struct {
		Outputs map[string]struct{ Imports []struct{ Path string } }
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		return nil, err
	}
	direct := map[string][]string{}
	for file, output := range r.Outputs {
		for _, one := range output.Imports {
			direct[path.Base(file)] = append(direct[path.Base(file)], path.Base(one.Path))
		}
	}
	all := map[string][]string{}
	for _, entry := range entries {
		for queue := slices.Clone(direct[entry]); len(queue) > 0; queue = queue[1:] {
			if !slices.Contains(all[entry], queue[0]) {
				all[entry], queue = append(all[entry], queue[0]), append(queue, direct[queue[0]]...)
			}
		}
	}
	return all, nil
}
