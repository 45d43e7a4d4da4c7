package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The replay of a run works from a file, without the server: it scrubs by keys,
// plays, and shows other pictures and figures at other steps.
func TestBrowserReplaysARunFromAFile(t *testing.T) {
	b, url := finishedPage(t, `,"epochs":2,"batchSize":512`)
	address := url + "api/runs/" + b.value(`document.body.dataset.run`) + "/replay.html"
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "replay.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{address, "file://" + file} {
		b.run(chromedp.Navigate(from))
		b.until(`[...document.querySelectorAll("img")].length === 4 && [...document.querySelectorAll("img")].every((i) => i.naturalWidth > 0 && i.alt.includes("step 236"))`)
		b.until(text("[data-value=accuracy]") + `.includes("test")`)
		b.run(chromedp.SendKeys(chromedp.CSS("#step"), kb.Home))
		b.until(text("#shown") + ` === "0" && [...document.querySelectorAll("img")].every((i) => i.alt.includes("step 0"))`)
		b.run(chromedp.Click(chromedp.CSS("#play")))
		b.until(`Number(document.querySelector("#step").value) > 3`)
		b.run(chromedp.Click(chromedp.CSS("#play")))
		if drawn := b.number(`(() => { const c = document.querySelector("#loss"); return new Set(c.getContext("2d").getImageData(0, 0, c.width, c.height).data).size; })()`); drawn < 4 {
			t.Errorf("%s: the curve has %d values of colour", from, drawn)
		}
	}
	b.wantNoErrors()
}
