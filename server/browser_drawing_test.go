package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	predicted = `document.querySelector("#prediction-label").textContent.trim()`
	shownStep = `document.querySelector("#prediction").dataset.step`
)

// drawingPage opens the drawing page of a finished run.
func drawingPage(t *testing.T, more string) (b *tab, url string) {
	t.Helper()
	b, url = finishedPage(t, more)
	b.openDrawing(url, "")
	return b, url
}

// openDrawing goes to the drawing page of the run that is shown.
func (b *tab) openDrawing(url, query string) {
	b.Helper()
	b.run(chromedp.Navigate(url + "runs/" + b.value(`document.body.dataset.run`) + "/drawing" + query))
	b.until(`document.body.dataset.connection === "live" && document.body.dataset.step !== ""`)
}

// explained is an expression that is true when all methods tell where the net
// found a class.
func explained(class string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(".Explanation")].every((e) => e.dataset.of === "%s")`, class)
}

// A drawing goes from the dashboard to its page, where all is told about it: at
// the newest step, and at one that is chosen on its belief film.
func TestBrowserTellsAllAboutADrawing(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":1,"learningRate":0.01`)
	b.stroke(circle()...)
	b.until(predicted + ` === "0" && ` + text("#prediction-verdict") + `.includes("a 0")`)
	for _, method := range []string{"gradient", "gradcam", "occlusion", ""} {
		before := b.value(canvasOf(".Prediction-input canvas"))
		b.choose("#look-method", method)
		b.until(fmt.Sprintf(`document.querySelector("#prediction").dataset.explained === "%s" && %s !== %q`, method, canvasOf(".Prediction-input canvas"), before))
	}

	b.leave(chromedp.Click(chromedp.CSS("#drawing-link")))
	b.until(predicted + ` === "0" && ` + explained("0"))
	newest := b.value(shownStep)
	b.choose("#explain-class", "6")
	b.until(explained("6"))
	if words := b.value(text(".Explanation-text")); !strings.Contains(words, "a 6") {
		t.Errorf("the explanation for 6 says %q", words)
	}
	b.choose("#explain-class", "")
	b.until(`document.querySelectorAll(".Nearest img").length === 9 && [...document.querySelectorAll(".Nearest img")].every((i) => i.naturalWidth === 28)`)
	if alike := b.number(`[...document.querySelectorAll(".Nearest b")].filter((l) => l.textContent === "0").length`); alike < 5 {
		t.Errorf("of nine images like a 0 only %d are", alike)
	}
	b.until(`[...document.querySelectorAll(".DrawnMaps-level")].every((l) => l.dataset.step !== "" && l.querySelector("canvas").width > 50)`)

	b.until(`Number(document.querySelector("#belief-chart").dataset.steps) > 5 && document.querySelector("#panel-belief").dataset.label === "0"`)
	b.run(chromedp.SendKeys(chromedp.CSS("#belief-chart"), kb.Home+kb.ArrowRight))
	b.until(shownStep + ` === "1" && new URLSearchParams(location.search).get("step") === "1"`)
	b.until(`document.querySelector("#belief-chart").ariaValueText.startsWith("step 1: 0 with")`)
	b.until(`[...document.querySelectorAll(".DrawnMaps-level")].every((l) => l.dataset.step === "1")`)
	b.run(chromedp.Click(chromedp.CSS("#timeline-live")))
	b.until(shownStep + ` === "` + newest + `" && !location.search.includes("step")`)
	b.value(`document.querySelector("#maps-link").scrollIntoView({ block: "center" })`)
	b.leave(chromedp.Click(chromedp.CSS("#maps-link")))
	b.until(predicted + ` === "0" && ` + text("#panel-high .LevelPanel-caption") + `.includes("your drawing")`)
	b.wantNoErrors()
}

// What is no digit is said to be none, or not to be sure.
func TestBrowserDoubtsLetters(t *testing.T) {
	b, _ := finishedPage(t, `,"epochs":1,"learningRate":0.01`)
	verdict := `document.querySelector("#prediction").dataset.verdict`
	b.stroke(circle()...)
	b.until(verdict + ` === "digit" && ` + text("#prediction-verdict") + `.startsWith("a 0, ")`)
	b.run(chromedp.Click(chromedp.CSS("#draw-clear")))
	b.stroke([2]float64{0.2, 0.2}, [2]float64{0.5, 0.5}, [2]float64{0.8, 0.8})
	b.stroke([2]float64{0.8, 0.2}, [2]float64{0.5, 0.5}, [2]float64{0.2, 0.8}) // an x
	b.until(`["not a digit", "not sure"].includes(` + verdict + `) && ` + text("#prediction-verdict") + `.startsWith(` + verdict + `)`)
	b.wantNoErrors()
}

// Keys draw a digit, take a stroke back and clear the pad, and what they do is
// said.
func TestBrowserDrawsByKeys(t *testing.T) {
	b, _ := drawingPage(t, `,"epochs":1,"learningRate":0.01`)
	said := text(".DrawingPanel-said")
	b.run(chromedp.Focus(chromedp.CSS("#draw-canvas")), chromedp.KeyEvent(strings.Repeat(kb.ArrowUp, 7)))
	b.until(said + ` === "pen up, 50 % across, 15 % down"`)
	hovering := b.value(canvasOf("#draw-canvas"))
	b.run(chromedp.KeyEvent(" " + strings.Repeat(kb.ArrowDown, 14)))
	b.until(predicted + ` === "1" && ` + said + ` === "pen down, 50 % across, 85 % down"`)
	b.run(chromedp.KeyEvent(" " + kb.ArrowRight + " " + kb.ArrowRight))
	two := b.value(`sessionStorage.getItem("sketch")`)
	b.run(chromedp.KeyEvent(kb.Backspace))
	b.until(fmt.Sprintf(`JSON.parse(sessionStorage.getItem("sketch")).strokes.length === 1 && JSON.parse(%q).strokes.length === 2`, two))
	b.run(chromedp.KeyEvent(kb.Escape))
	b.until(`!/[0-9]/.test(` + predicted + `) && ` + said + ` === "The pad is empty" && sessionStorage.getItem("sketch") === null`)
	if b.value(canvasOf("#draw-canvas")) == hovering {
		t.Error("the pen is not seen to be in the middle again")
	}
	b.wantNoErrors()
}

// labelsOfTestImages are the labels of the first two test images.
var labelsOfTestImages = []string{"7", "2"}

// give hands the page a file by an event of the clipboard or of dragging.
func (b *tab) give(event, file, kind string) {
	b.Helper()
	b.value(fmt.Sprintf(`(async () => {
		const data = new DataTransfer();
		data.items.add(new File([await (await fetch("%s")).blob()], "digit", { type: "%s" }));
		dispatchEvent("%[3]s" === "paste" ? new ClipboardEvent("paste", { clipboardData: data }) : new DragEvent("%[3]s", { dataTransfer: data, cancelable: true }));
	})() && 0`, file, kind, event))
}

// Pictures come in from a file, pasted and dropped, and test images by their
// number; what is no picture is said in a sentence.
func TestBrowserTakesPictures(t *testing.T) {
	b, url := drawingPage(t, `,"epochs":1,"learningRate":0.01`)
	file := filepath.Join(t.TempDir(), "seven.png")
	if err := os.WriteFile(file, get(t, url+"api/test/0.png"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.run(chromedp.SetUploadFiles(chromedp.CSS("#input-file"), []string{file}))
	b.until(predicted + ` === "` + labelsOfTestImages[0] + `" && ` + text("#shown-name") + ` === "your picture" && ` + explained(labelsOfTestImages[0]))
	b.give("paste", "/api/test/1.png", "image/png")
	b.until(predicted + ` === "` + labelsOfTestImages[1] + `"`)
	b.give("drop", "/api/test/0.png", "image/png")
	b.until(predicted + ` === "` + labelsOfTestImages[0] + `"`)
	if disabled := b.value(`[...document.querySelectorAll(".OwnDrawings-label")].every((l) => l.disabled)`); disabled != "true" {
		t.Error("a picture, which has no strokes, is offered to be kept")
	}

	b.enter("#input-test", "1")
	b.until(predicted + ` === "` + labelsOfTestImages[1] + `" && ` + text("#shown-name") + ` === "test image 1" && location.search === "?test=1"`)
	b.run(chromedp.Reload())
	b.until(predicted + ` === "` + labelsOfTestImages[1] + `"`)
	b.wantNoErrors()

	b.give("paste", "/static/favicon.svg", "image/svg+xml")
	b.until(text(".OtherInputs-message") + `.includes("image/png")`)
	b.give("paste", "/static/favicon.svg", "image/png")
	b.until(`!` + text(".OtherInputs-message") + `.includes("image/png") && ` + text(".OtherInputs-message") + `.length > 20`)
	if label := b.value(predicted); label != labelsOfTestImages[1] {
		t.Errorf("after a failed upload the page shows %s", label)
	}
	b.stroke(circle()...)
	b.until(predicted + ` === "0" && location.search === ""`)
}

// Drawings are kept with their label, listed, judged over the steps, shown to the
// net again, and deleted; and a branch is taught with them.
func TestBrowserKeepsDrawings(t *testing.T) {
	b, url := drawingPage(t, `,"epochs":1,"learningRate":0.01`)
	kept := `document.querySelectorAll(".OwnDrawing").length`
	b.stroke(circle()...)
	b.until(predicted + ` === "0"`)
	b.run(chromedp.Click(chromedp.CSS(`.OwnDrawings-label[data-label="0"]`)))
	b.until(kept + ` === 1 && Number(document.querySelector("#own-chart").dataset.steps) > 5`)
	b.until(text(".OwnDrawings-summary") + `.includes("100 % of 1")`)
	b.run(chromedp.Click(chromedp.CSS("#draw-clear")))
	b.stroke([2]float64{0.52, 0.15}, [2]float64{0.51, 0.4}, [2]float64{0.5, 0.6}, [2]float64{0.49, 0.85})
	b.until(predicted + ` === "1"`)
	b.run(chromedp.Click(chromedp.CSS(`.OwnDrawings-label[data-label="8"]`))) // a lie
	b.until(kept + ` === 2 && ` + text(".OwnDrawings-summary") + `.includes("50 % of 2")`)
	var list struct {
		Drawings []struct {
			Label   int
			Strokes [][][]float64
		}
	}
	if err := json.Unmarshal(get(t, url+"api/drawings"), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Drawings) != 2 || list.Drawings[0].Label != 0 || list.Drawings[1].Label != 8 || len(list.Drawings[1].Strokes[0]) != 4 {
		t.Errorf("kept are %+v", list.Drawings)
	}
	b.run(chromedp.Click(chromedp.CSS(`.OwnDrawing[data-label="0"] .OwnDrawing-open`)))
	b.until(predicted + ` === "0"`)
	b.run(chromedp.Click(chromedp.CSS(`.OwnDrawing[data-label="8"] .OwnDrawing-remove`)))
	b.until(kept + ` === 1 && ` + text(".OwnDrawings-summary") + `.includes("100 % of 1")`)
	b.run(chromedp.Reload())
	b.until(kept + ` === 1 && ` + predicted + ` === "0"`)

	run := b.value(`document.body.dataset.run`)
	b.leave(chromedp.Click(chromedp.CSS(".OwnDrawings-teach")))
	b.until(`document.body.dataset.run !== "` + run + `" && document.body.dataset.state === "finished"`)
	var branch struct{ Taught, Step, Epochs int }
	if err := json.Unmarshal(get(t, url+"api/runs/"+b.value(`document.body.dataset.run`)), &branch); err != nil {
		t.Fatal(err)
	}
	if branch.Taught != 1 || branch.Epochs != 2 || branch.Step != 938 {
		t.Errorf("the branch is %+v", branch)
	}
	b.wantNoErrors()
}

// clockPredictions makes the page note, for every movement of the pen, the
// milliseconds until the bars showed a prediction that was asked for after it.
const clockPredictions = `(() => {
	window.latencies = [];
	let waiting = [];
	const movement = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
	document.querySelector("#draw-canvas").addEventListener(movement, (event) => waiting.push(event.timeStamp), true);
	const real = window.fetch;
	window.fetch = async (address, options) => {
		if (address !== "/api/predict") return real(address, options);
		const moves = waiting;
		waiting = [];
		const response = await real(address, options);
		const read = response.json.bind(response);
		response.json = async () => {
			const answer = await read();
			setTimeout(() => window.latencies.push(...moves.map((at) => performance.now() - at)));
			return answer;
		};
		return response;
	};
})()`

// The bars follow the pen while the default net trains at full speed. How fast
// they do is told, and depends on the machine.
func TestBrowserFollowsThePen(t *testing.T) {
	url, stop := program(t, "-pace", "max", "-epochs", "50")
	defer stop()
	b := browse(t)
	b.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	b.until(`document.body.dataset.state === "running" && Number(document.body.dataset.step) > 20`)
	for _, page := range []string{"the dashboard", "the drawing page"} {
		if page == "the drawing page" {
			b.openDrawing(url, "")
		}
		b.value(clockPredictions)
		before := b.number(`document.body.dataset.step`)
		for range 5 {
			b.stroke(circle()...)
			b.run(chromedp.Click(chromedp.CSS("#draw-clear")))
		}
		b.stroke(circle()...)
		b.until(`window.latencies.length > 50 && document.querySelector("#prediction").dataset.step !== ""`)
		t.Logf("on %s, from pen to bars: %s while the training took %d steps", page, b.value(`(() => {
			const sorted = window.latencies.toSorted((a, b) => a - b);
			const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(1);
			return "median " + at(0.5) + " ms, p95 " + at(0.95) + " ms of " + sorted.length + " movements";
		})()`), b.number(`document.body.dataset.step`)-before)
	}
	b.wantNoErrors()
}
