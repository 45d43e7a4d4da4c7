package bundle_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"filterscope/web/bundle"
)

// files is a file system of texts.
func files(texts map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range texts {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// What two entries import is in one file of its own, and what one imports is in it.
func TestCompileSharesModules(t *testing.T) {
	sources := map[string]string{
		"one.js":           "import { long } from \"./model/deep.js\";\nimport { own } from \"./own.js\";\n// a comment\nconsole.log(long(1), own);\n",
		"two.js":           "import { long } from \"./model/deep.js\";\nconsole.log(long(2));\n",
		"own.js":           "export const own = \"of the first\";\n",
		"model/deep.js":    "export function long(argument) {\n  return argument + \"in both\";\n}\n",
		"one.css":          "@import \"./style/tokens.css\";\n.A { color: var(--ink); }\n",
		"style/tokens.css": ":root { --ink: light-dark(black, white); }\n",
	}
	b, err := bundle.Compile(files(sources))
	if err != nil {
		t.Fatal(err)
	}
	shared := b.Imports["one.js"]
	if len(shared) != 1 || !slices.Equal(shared, b.Imports["two.js"]) || !strings.HasPrefix(shared[0], "shared-") {
		t.Fatalf("the entries import %v", b.Imports)
	}
	for name, words := range map[string]string{"one.js": "of the first", shared[0]: "in both", "one.css": "light-dark(black,white)"} {
		if text := string(b.Files[name]); !strings.Contains(strings.ReplaceAll(text, ", ", ","), words) || strings.Contains(text, "comment") {
			t.Errorf("%s: %q", name, text)
		}
	}
	if _, ok := b.Files["own.js"]; ok {
		t.Error("a module that is imported is an entry")
	}
	var names struct{ Sources, SourcesContent []string }
	if err := json.Unmarshal(b.Files["one.js.map"], &names); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(names.SourcesContent, sources["own.js"]) {
		t.Errorf("the source map is of %v", names.Sources)
	}
	script, err := bundle.Inline(files(sources), "two.js")
	if err != nil || !strings.Contains(string(script), "in both") || strings.Contains(string(script), "import") {
		t.Errorf("inline: %s, %v", script, err)
	}
}

func TestCompileNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"const a = 1;\nconst b = ;\n":                `static/model/part.js:2:11: Unexpected ";"`,
		"export const a = 1;\nexport const a = 2;\n": `static/model/part.js:2:14: The symbol "a" has already been declared`,
		"import { a } from \"./none.js\";\n":         `static/model/part.js:1:19: `,
	} {
		_, err := bundle.Compile(files(map[string]string{"app.js": "import \"./model/part.js\";\n", "model/part.js": text}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
	// An import that names nothing is an error too, not undefined.
	_, err := bundle.Compile(files(map[string]string{"app.js": "import { b } from \"./a.js\";\nb();\n", "a.js": "export const a = 1;\n"}))
	if err == nil || !strings.Contains(err.Error(), `static/app.js:1:10: No matching export`) {
		t.Errorf("a missing export: %v", err)
	}
}
