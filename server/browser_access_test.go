package main

import (
	"encoding/json"
	"os"
	"testing"
)

// axePath is where .ci/run puts axe-core, which finds what keeps people out.
const axePath = "../.ci/node_modules/axe-core/axe.min.js"

// axe is the script. Without it a test fails in CI, and elsewhere does without: then
// it is "".
func axe(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile(axePath)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no axe-core; .ci/run installs it")
		}
		t.Log("there is no axe-core on this machine, so access is not tested; npm ci in .ci installs it")
	}
	return string(script)
}

// violation is what axe-core finds wrong, with some of the places.
type violation struct {
	ID, Help string
	Nodes    []struct{ HTML, FailureSummary string }
}

// wcag are the rules of axe-core for WCAG 2.2 AA, and contrast is the one that
// depends on the colours.
const (
	wcag     = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]`
	contrast = `{ type: "rule", values: ["color-contrast"] }`
)

// wantAccess reports what axe-core finds wrong. Without the script it finds nothing.
func (b *tab) wantAccess(script, where string) {
	b.Helper()
	b.wantRules(script, where, wcag)
}

func (b *tab) wantRules(script, where, rules string) {
	b.Helper()
	if script == "" {
		return
	}
	b.value(`(() => { ` + script + `; return "" })()`)
	b.value(`(window.violations = null, axe.run({ runOnly: ` + rules + ` }).then(({ violations }) => window.violations = JSON.stringify(violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))), "")`)
	b.until(`window.violations !== null`)
	var found []violation
	if err := json.Unmarshal([]byte(b.value(`window.violations`)), &found); err != nil {
		b.Fatal(err)
	}
	for _, v := range found {
		for _, node := range v.Nodes[:min(3, len(v.Nodes))] {
			b.Errorf("%s: %s (%s), %d times: %.200s: %.300s", where, v.Help, v.ID, len(v.Nodes), node.HTML, node.FailureSummary)
		}
	}
}
