package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// put puts a text into a control of the form as if it was typed.
func (b *tab) put(selector, value string) {
	b.Helper()
	b.value(`(() => {
		const control = document.querySelector(` + quoted(selector) + `);
		control.value = ` + quoted(value) + `;
		control.dispatchEvent(new Event("input", { bubbles: true }));
		return "";
	})()`)
}

func quoted(text string) string {
	quote, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has JSON
	}
	return string(quote)
}

// setUp opens the form for a new run and waits for what it means.
func (b *tab) setUp() {
	b.Helper()
	b.run(chromedp.Click(chromedp.CSS("#runs-open")))
	b.until(`Boolean(document.querySelector(".RunList-run"))`) // which moves the button
	b.run(chromedp.Click(chromedp.CSS("#run-new")))
	b.until(text(".NetTable tbody") + `.includes("conv1")`)
}

// An architecture is typed: the mistake is pointed at, and when it is mended
// shapes and costs follow; a preset fills the form, and the run starts as set up.
func TestBrowserSetsUpARun(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512`)
	first := b.value(`document.body.dataset.run`)
	b.setUp()
	b.run(chromedp.SendKeys(chromedp.CSS("#run-architecture"), "conv 5x5x16 pad 2 | relu | maxpol 2 | dense classes"))
	b.until(`document.querySelector("#run-architecture-word mark")?.textContent === "maxpol"`)
	b.until(text("[data-of=architecture]") + `.includes("is no layer")`)
	b.until(`document.querySelector("#run-architecture").getAttribute("aria-invalid") === "true"`)
	if rows := b.number(`document.querySelectorAll(".NetTable tbody tr").length`); rows != 9 {
		t.Errorf("while the text is wrong the table has %d rows, want n1's 9", rows)
	}
	b.put("#run-epochs", "0.5")
	b.until(text("[data-of=epochs]") + `.includes("whole number from 1 to 10000")`)
	b.until(text(".RunForm-status") + ` === "2 settings are wrong: architecture, epochs."`)
	b.run(chromedp.Click(chromedp.CSS("#run-form-dialog [type=submit]")))
	b.until(`document.activeElement.id === "run-architecture"`)

	b.put("#run-architecture", "conv 5x5x16 pad 2 | relu | maxpool 2 | dense classes")
	b.until(`document.querySelectorAll(".NetTable tbody tr").length === 4`)
	if row := b.value(`[...document.querySelector(".NetTable tbody tr").cells].map((cell) => cell.textContent).join(", ")`); row != "conv 5x5x16 pad 2 conv1, low level, 28×28×16, 416, 5×5, 314 k" {
		t.Errorf("the first layer is %q", row)
	}
	if box := b.value(`[...document.querySelectorAll(".NetDrawing-layer")].map((box) => box.textContent).join(" ")`); box != "input28×28×1 conv128×28×16 dense110" {
		t.Errorf("it is drawn as %q", box)
	}
	b.until(text(`.RunForm-summary [data-value=parameters]`) + ` === "31,786"`)
	b.until(`!document.querySelector("#run-architecture-word mark") && !document.querySelector("#run-architecture").hasAttribute("aria-invalid")`)

	b.value(`[...document.querySelectorAll("#run-presets button")].find((button) => button.textContent === "Plain SGD").click()`)
	b.until(`document.querySelector("#run-learningRate").value === "0.01" && document.querySelector("#run-architecture").value === "" && !document.querySelector("#run-momentum").disabled`)
	b.until(text(".RunForm-summary [data-value=parameters]") + ` === "54,922"`)
	b.put("#run-architecture", "tiny")
	b.put("#run-batchSize", "300")
	b.until(text("[data-of=batchSize]") + ` === "200 steps per epoch."`)
	b.put("#run-augmentation", "own")
	b.until(`document.querySelector("[name='augmentation.rotation']").value === "10"`)
	b.put("[name='augmentation.shift']", "99")
	b.until(text("[data-of='augmentation.shift']") + `.includes("use 0 to 8")`)
	b.put("[name='augmentation.shift']", "2")
	b.put("#run-name", "set up")
	b.put("#run-epochs", "1")
	b.until(text(".RunForm-status") + ` === ""`)
	b.run(chromedp.Click(chromedp.CSS("#run-form-dialog [type=submit]")))
	b.until(`document.body.dataset.run !== "` + first + `" && ` + text("#runs-open") + ` === "set up"`)
	var c struct {
		Name, Architecture, Optimizer, Schedule string
		BatchSize, Epochs                       int
		LearningRate                            float64
		Augmentation                            struct{ Rotation, Shift, Elastic float64 }
	}
	if err := json.Unmarshal(get(t, url+"api/runs/"+b.value(`document.body.dataset.run`)+"/config.json"), &c); err != nil {
		t.Fatal(err)
	}
	if c.Name != "set up" || c.Architecture != "tiny" || c.Optimizer != "sgd" || c.Schedule != "constant" || c.BatchSize != 300 || c.Epochs != 1 || c.LearningRate != 0.01 ||
		c.Augmentation.Rotation != 10 || c.Augmentation.Shift != 2 || c.Augmentation.Elastic != 0.7 {
		t.Errorf("the run that was set up is %+v", c)
	}
	b.wantNoErrors()
}

// A run is started again with one setting changed; its settings are saved as a
// file, and the file fills the form again.
func TestBrowserRepeatsARun(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":1,"batchSize":512,"seed":18446744073709551615,"optimizer":"sgd","momentum":0.5,"learningRate":0.03`)
	first := b.value(`document.body.dataset.run`)
	folder := t.TempDir()
	download := browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder}
	if _, err := chromedp.Call(b.ctx, browser.SetDownloadBehavior, download); err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.Click(chromedp.CSS("#control-again")))
	b.until(`document.querySelector("#run-seed").value === "18446744073709551615" && document.querySelector("#run-momentum").value === "0.5"`)
	b.put("#run-name", "Once more")
	b.put("#run-batchSize", "600")
	b.until(text("[data-of=batchSize]") + ` === "100 steps per epoch."`)
	b.run(chromedp.Click(chromedp.CSS("#run-save")))
	file := filepath.Join(folder, "filterscope-once-more.json")
	saved := b.saved(file)
	for _, line := range []string{`"name": "Once more"`, `"batchSize": 600`, `"seed": 18446744073709551615`, `"momentum": 0.5`} {
		if !strings.Contains(saved, line) {
			t.Errorf("the saved file lacks %s:\n%s", line, saved)
		}
	}
	if _, err := parse([]string{"-config", file}, os.Stderr); err != nil {
		t.Errorf("-config refuses the saved file: %v", err)
	}
	b.run(chromedp.Click(chromedp.CSS("#run-form-dialog [type=submit]")))
	b.until(`document.body.dataset.run !== "` + first + `" && ` + text("#runs-open") + ` === "Once more"`)

	b.setUp()
	b.until(`document.querySelector("#run-seed").value === ""`)
	b.run(chromedp.SetUploadFiles(chromedp.CSS("#run-file"), []string{file}))
	b.until(`document.querySelector("#run-batchSize").value === "600" && document.querySelector("#run-name").value === "Once more" && document.querySelector("#run-seed").value === "18446744073709551615"`)
	wrong := filepath.Join(folder, "wrong.json")
	for content, words := range map[string]string{`{"epochs": 3, "epochz": 4}`: "epochz: it is no setting", `{"epochs": 3, "from": {"run": 7}}`: "from: {"} {
		if err := os.WriteFile(wrong, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		b.run(chromedp.SetUploadFiles(chromedp.CSS("#run-file"), []string{wrong}))
		b.until(text(".RunForm-message") + `.includes(` + quoted(words) + `)`)
		if epochs := b.value(`document.querySelector("#run-epochs").value`); epochs != "1" {
			t.Errorf("a file that was refused has set the epochs to %s", epochs)
		}
	}
	if err := os.WriteFile(wrong, []byte(`{"schedule":"cosine"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.SetUploadFiles(chromedp.CSS("#run-file"), []string{wrong})) // what a field can show is told there
	b.until(text("[data-of=schedule]") + `.includes("use one-cycle or constant")`)
	b.run(chromedp.Click(chromedp.CSS("#run-form-dialog .Dialog-close")))

	// A branch, again: from the same step of the same run, and without it.
	b.run(chromedp.Click(chromedp.CSS("#runs-open")))
	b.until(`Boolean(document.querySelector(".RunList-run"))`)
	b.run(chromedp.Click(chromedp.CSS("#run-branch")))
	b.until(`!document.querySelector("#run-learningRate").disabled && document.querySelector("#run-seed").disabled`)
	b.put("#run-epochs", "3")
	b.until(text(".RunForm-status") + ` === ""`)
	b.run(chromedp.Click(chromedp.CSS("#run-form-dialog [type=submit]")))
	b.until(text("#runs-open") + `.includes("from step")`)
	branch := b.value(`document.body.dataset.run`)
	b.run(chromedp.Click(chromedp.CSS("#runs-open")))
	b.until(`Boolean(document.querySelector('[data-focus="Again with…-` + branch + `"]'))`)
	b.value(`document.querySelector('[data-focus="Again with…-` + branch + `"]').click()`) // the list may just be drawn anew
	b.until(text(".RunForm-extras") + `.includes("Goes on from Once more at step")`)
	b.run(chromedp.Click(chromedp.CSS(".RunForm-extras button")))
	b.until(`!document.querySelector("#run-seed").disabled && document.querySelector("#run-seed").value === "18446744073709551615" && ` + text(".RunForm-extras") + ` === ""`)
	if href := b.value(`document.querySelector('[data-focus="Config-` + branch + `"]').getAttribute("href")`); !strings.Contains(string(get(t, url+strings.TrimPrefix(href, "/"))), `"from"`) {
		t.Errorf("the branch's configuration file, %s, does not say where it began", href)
	}
	b.wantNoErrors()
	if err := os.WriteFile(wrong, []byte("{\n,}"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.SetUploadFiles(chromedp.CSS("#run-file"), []string{wrong}))
	b.until(text(".RunForm-message") + `.includes("line 2, column 1 is no JSON")`)
}

// saved waits for a download.
func (b *tab) saved(file string) string {
	b.Helper()
	for end := time.Now().Add(browserPatience); ; {
		content, err := os.ReadFile(file)
		if err == nil && len(content) > 0 {
			return string(content)
		}
		if time.Now().After(end) {
			b.Fatalf("the file was not saved: %v", err)
		}
		b.value(`document.title`) // let the browser work
	}
}

// The form fits a phone and a desktop, and says what its parts are.
func TestBrowserFitsTheForm(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":1,"batchSize":512`)
	for _, size := range [][2]int64{{390, 844}, {1440, 900}} {
		b.run(chromedp.EmulateViewport(size[0], size[1]), chromedp.Reload())
		b.until(`document.body.dataset.state === "finished"`)
		b.setUp()
		b.put("#run-architecture", "conv 5x5x16 pad 2 | relu | maxpool 2 | conv 3x3x32 stride 2 pad 1 | relu | conv 3x3x64 | wrong")
		b.until(`document.querySelector("#run-architecture").getAttribute("aria-invalid") === "true"`)
		for _, part := range []string{"document.documentElement", `document.querySelector("#run-form-dialog")`, `document.querySelector(".RunForm-body")`} {
			if over := b.number(part + `.scrollWidth - ` + part + `.clientWidth`); over > 0 {
				t.Errorf("on a screen %d wide, %s is %d pixels too wide", size[0], part, over)
			}
		}
		if outside := b.value(`[...document.querySelectorAll("#run-form-dialog [type=submit], .RunForm-summary")].filter((part) => { const r = part.getBoundingClientRect(); return r.bottom > innerHeight || r.right > innerWidth || r.width === 0 }).length`); outside != "0" {
			t.Errorf("on a screen %d wide, %s of summary and start button are out of sight", size[0], outside)
		}
		if nameless := b.value(`[...document.querySelectorAll("#run-form-dialog :is(input:not([type=file]), select, textarea)")].filter((control) => !control.labels.length && !control.ariaLabel || !document.getElementById(control.getAttribute("aria-describedby").split(" ").at(-1))).map(({ id }) => id)`); nameless != "" {
			t.Errorf("without a name or a note are %s", nameless)
		}
		b.run(chromedp.Click(chromedp.CSS("#run-form-dialog .Dialog-close")))
	}
	b.wantNoErrors()
}

// The form obeys WCAG 2.2 AA as the pages do, with and without mistakes in it.
func TestBrowserFormAccess(t *testing.T) {
	script := axe(t)
	b, _ := finishedPage(t, `,"epochs":1,"batchSize":512`)
	for _, scheme := range []string{"light", "dark"} {
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		for _, width := range []int64{1440, 390} {
			b.run(chromedp.EmulateViewport(width, 2000), chromedp.Reload())
			b.until(`document.body.dataset.state === "finished"`)
			b.setUp()
			where := fmt.Sprintf("form, %s, %d wide", scheme, width)
			b.wantAccess(script, where)
			b.put("#run-augmentation", "own")
			b.put("#run-optimizer", "sgd")
			b.put("#run-momentum", "7")
			b.put("#run-architecture", "conv 3x3 | dense classes")
			b.until(text(".RunForm-status") + ` === "2 settings are wrong: architecture, momentum."`)
			b.wantAccess(script, where+", with mistakes")
		}
	}
}
