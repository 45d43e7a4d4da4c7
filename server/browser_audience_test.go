package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// beside opens another tab in the same browser, with cookies of its own, as on
// another person's computer.
func (b *tab) beside() *tab {
	b.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	other := &tab{TB: b.TB, ctx: ctx, console: &console{}}
	messages := chromedp.Console(ctx)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		other.console.hear(messages)
	}()
	b.Cleanup(func() {
		cancel()
		<-heard
	})
	return other
}

// audience opens a page of a server off loopback as its presenter and as a
// viewer.
func audience(t *testing.T, viewport chromedp.Action[chromedp.Void]) (presenter, viewer *tab, stop func() error) {
	t.Helper()
	url, stop := program(t, "-addr", "0.0.0.0:0", "-config", tinyConfig(t, `,"epochs":50`), "-pace", "20")
	presenter = browse(t)
	presenter.run(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(url))
	presenter.until(`Number(document.querySelector("#panel-high").dataset.step) > 12`)
	viewer = presenter.beside()
	plain, _, _ := strings.Cut(url, "?")
	viewer.run(viewport, chromedp.Navigate(plain))
	viewer.until(`Number(document.querySelector("#panel-high").dataset.step) > 12`)
	return presenter, viewer, stop
}

// seen is a condition: every level shows a step.
func seen(step int) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#levels .LevelPanel")].every((panel) => panel.dataset.step === "%d")`, step)
}

func TestBrowserFollowsThePresenter(t *testing.T) {
	presenter, viewer, stop := audience(t, chromedp.EmulateViewport(1440, 900))
	defer stop()
	viewer.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight))
	viewer.until(seen(1))

	presenter.run(chromedp.Click("#lead"))
	presenter.until(`document.querySelector("#lead").getAttribute("aria-pressed") === "true"`)
	viewer.until(`document.body.dataset.led === "true"`)
	for _, control := range []string{"#timeline", "#timeline-play", "#timeline-live", "#timeline-scale", "#lens-order", "#lens-untrained", `#panel-mid select`, "#runs-open"} {
		if viewer.value(`document.querySelector("`+control+`").matches(":disabled")`) != "true" {
			t.Errorf("while the presenter leads, %s can be used", control)
		}
	}
	viewer.until(`Number(document.querySelector("#panel-low").dataset.step) > 12`) // live, as the presenter

	// A scrub over many steps ends where the presenter's does.
	presenter.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+strings.Repeat(kb.ArrowRight, 7)))
	presenter.until(seen(7))
	viewer.until(seen(7))
	if text := viewer.value(text(".Timeline-label")); !strings.Contains(text, "The presenter leads") || !strings.Contains(text, "step 7") {
		t.Errorf("the viewer's timeline says %q", text)
	}
	const sameBatch = `document.querySelector("#panel-data").dataset.step === "7"`
	presenter.until(sameBatch)
	viewer.until(sameBatch)
	for panel := range 5 {
		picture := fmt.Sprintf(`document.querySelectorAll("#levels canvas")[%d].toDataURL()`, panel)
		if presenter.value(picture) != viewer.value(picture) {
			t.Errorf("panel %d differs between presenter and viewer", panel)
		}
	}
	presenter.choose("#panel-mid select", "patches")
	presenter.choose("#lens-order", "change")
	viewer.until(`document.querySelector("#panel-mid select").value === "patches" && document.querySelector("#lens-order").value === "change"`)
	presenter.choose("#timeline-scale", "epochs")
	viewer.until(`document.querySelector("#timeline-scale").value === "epochs"`)
	presenter.choose("#timeline-scale", "log")

	// Loading the page again keeps the lead and the place.
	presenter.run(chromedp.Reload())
	presenter.until(`document.querySelector("#lead").getAttribute("aria-pressed") === "true"`)
	presenter.until(seen(7))
	if viewer.value(`document.body.dataset.led`) != "true" {
		t.Error("a reload of the presenter's page freed the room")
	}

	// Viewers of another run are moved to the presenter's.
	first := presenter.value(`document.body.dataset.run`)
	presenter.run(chromedp.Click("#control-restart"))
	presenter.until(`document.body.dataset.run !== "` + first + `"`)
	viewer.until(`document.body.dataset.run === "` + presenter.value(`document.body.dataset.run`) + `"`)
	viewer.until(`document.body.dataset.connection === "live" && Number(document.querySelector("#panel-low").dataset.step) > 8`)
	presenter.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight+kb.ArrowRight+kb.ArrowRight))
	viewer.until(seen(3))

	// Then each has the timeline back at that place.
	presenter.run(chromedp.Click("#lead"))
	viewer.until(`document.body.dataset.led === "false" && !document.querySelector("#timeline").disabled`)
	viewer.until(seen(3))
	viewer.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.ArrowRight))
	viewer.until(seen(4))
	if presenter.value(`document.querySelector("#panel-low").dataset.step`) != "3" {
		t.Error("a viewer moved the presenter's timeline")
	}
	if notice := presenter.value(`document.querySelector("#notice").hidden`); notice != "true" {
		t.Error("the presenter is told of the end of a lead that they ended")
	}
	presenter.wantNoErrors()
	viewer.wantNoErrors()
}

func TestBrowserFreesTheRoom(t *testing.T) {
	presenter, viewer, stop := audience(t, chromedp.EmulateViewport(390, 844))
	defer stop()
	presenter.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight+kb.ArrowRight), chromedp.Click("#lead"))
	viewer.until(seen(2))
	viewer.wantWidth(390, "the page of a viewer who is led")

	// A second presenter takes the lead; the first is told, and follows.
	second := presenter.beside()
	second.run(chromedp.Navigate(presenter.value(`location.href`)))
	second.until(`document.body.dataset.led === "true"`)
	token := presenterToken(t, presenter)
	second.run(chromedp.Click("#invite"))
	second.enter("#invitation-token", "wrong")
	second.until(text(".Invitation-message") + `.includes("printed at its start")`)
	second.value(`document.querySelector("#invitation-token").value = "` + token + `"`)
	second.leave(chromedp.Click(".Invitation-token button"))
	second.until(`document.body.dataset.mayChange === "true" && document.body.dataset.led === "true"`)
	second.run(chromedp.Click("#lead"))
	presenter.until(`document.querySelector("#lead").getAttribute("aria-pressed") === "false" && document.body.dataset.led === "true"`)
	presenter.until(text("#notice") + `.includes("Another presenter leads now")`)
	second.until(`!document.querySelector("#timeline").disabled`)
	second.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.ArrowRight))
	viewer.until(seen(3))
	presenter.until(seen(3))

	// When the leading page is closed, the room is free after a moment.
	second.run(chromedp.Navigate("about:blank"))
	viewer.until(`document.body.dataset.led === "false"`)
	presenter.until(`document.body.dataset.led === "false"`)
	viewer.until(seen(3))
	presenter.wantNoErrors()
	viewer.wantNoErrors()
}

// presenterToken is the control token that a presenter's browser has, which the
// page itself cannot read.
func presenterToken(t *testing.T, presenter *tab) string {
	t.Helper()
	presenter.value(`(fetch("/api/invitation").then((r) => r.json()).then(({ presenter }) => window.invited = presenter), "")`)
	presenter.until(`Boolean(window.invited)`)
	_, token, found := strings.Cut(presenter.value(`window.invited`), "token=")
	if !found {
		t.Fatal("the presenter's invitation has no token")
	}
	return token
}

func TestBrowserOnlyLooks(t *testing.T) {
	presenter, viewer, stop := audience(t, chromedp.EmulateViewport(1440, 900))
	defer stop()
	const sentence = "You are looking. Changing needs the presenter’s address."
	usable := `[...document.querySelectorAll("%s")].filter((el) => !el.matches(":disabled") && el.checkVisibility()).map((el) => el.id || el.className || el.textContent).join(", ")`
	never := func(page, controls string) {
		t.Helper()
		if left := viewer.value(fmt.Sprintf(usable, controls)); left != "" {
			t.Errorf("a viewer of the %s can use %s", page, left)
		}
		if viewer.value(`[...document.querySelectorAll(".Looking")].some((el) => el.checkVisibility() && el.textContent === "`+sentence+`")`) != "true" {
			t.Errorf("the %s does not say that its reader only looks", page)
		}
	}
	never("dashboard", "#control-pause, #control-step, #lead, #control-pace, #control-rate, #control-restart")
	viewer.run(chromedp.Click("#runs-open"))
	viewer.until(`Boolean(document.querySelector(".RunList-name"))`)
	never("list of runs", "#run-new, #run-branch, .RunList-actions button")
	viewer.run(chromedp.Click("#runs-dialog .Dialog-close"))

	// Looking works: another view, a step, a drawing.
	viewer.choose("#panel-mid select", "patches")
	viewer.run(chromedp.SendKeys(chromedp.CSS("#timeline"), kb.Home+kb.ArrowRight+kb.ArrowRight))
	viewer.until(seen(2))
	viewer.stroke(circle()...)
	viewer.until(`/\d/.test(document.querySelector("#prediction-label").textContent)`)

	run := viewer.value(`location.origin + "/runs/" + document.body.dataset.run`)
	viewer.run(chromedp.Navigate(run + "/units/conv2/1"))
	viewer.until(`document.querySelector("#unit-maximization")?.naturalWidth > 0`)
	never("unit", ".Interventions-list button, .Interventions-where input")
	viewer.run(chromedp.Navigate(run + "/drawing?test=3"))
	viewer.until(`Boolean(document.querySelector(".NearestDigits-list li"))`)
	never("drawing", ".OwnDrawings-label, .OwnDrawings-teach, .OwnDrawing-remove")

	presenter.run(chromedp.Click("#control-pause"))
	presenter.until(`document.body.dataset.state === "paused"`)
	newest := presenter.number(`document.body.dataset.step`)
	viewer.run(chromedp.Navigate(fmt.Sprintf("%s/lesson?station=6&step=%d", run, newest)))
	viewer.until(lessonReady)
	viewer.run(chromedp.Click("#lesson-undo"))
	viewer.until(fmt.Sprintf(`document.body.dataset.step === "%d" && !document.querySelector("#lesson-next").disabled`, newest-1))
	viewer.run(chromedp.Click("#lesson-next"))
	viewer.until(fmt.Sprintf(`document.body.dataset.step === "%d" && document.querySelector("#lesson-next").disabled`, newest))
	viewer.until(text("#lesson-loss") + ` === "` + sentence + `"`)
	viewer.run(chromedp.KeyEvent("n"))
	viewer.until(`document.querySelector("#lesson-next").disabled`)
	if at := presenter.number(`document.body.dataset.step`); at != newest {
		t.Errorf("a viewer trained the run from step %d to %d", newest, at)
	}
	viewer.wantNoErrors()
}

func TestBrowserInvites(t *testing.T) {
	presenter, viewer, stop := audience(t, chromedp.EmulateViewport(390, 844))
	defer stop()
	addresses := `fetch("/api/invitation").then((r) => r.json())`
	viewer.value(`(` + addresses + `.then((invitation) => window.invitation = invitation), "")`)
	viewer.until(`Boolean(window.invitation)`)
	viewer.run(chromedp.Click("#bar-more"), chromedp.Click("#invite"))
	if viewer.value(`window.invitation.reachable`) == "true" {
		viewer.until(`document.querySelector(".Invitation-code img")?.naturalWidth > 0`)
		if viewer.value(text(".Invitation-code figcaption")+` === window.invitation.addresses[0]`) != "true" {
			t.Errorf("the code is of %s", viewer.value(text(".Invitation-code figcaption")))
		}
	}
	viewer.wantWidth(390, "the invitation")
	if html := viewer.value(`document.querySelector("#invitation").innerHTML`); strings.Contains(html, "?token=") || strings.Contains(html, "remote control") {
		t.Error("a viewer's invitation has the token")
	}
	presenter.run(chromedp.Click("#invite"))
	presenter.until(text(".Invitation-about") + ` !== ""`)
	if presenter.value(`document.querySelector(".Invitation-token").hidden`) != "true" {
		t.Error("who has the token is asked for it")
	}
	presenter.wantNoErrors()
	viewer.wantNoErrors()
}

// On loopback the dialog says what to do.
func TestBrowserInvitesNobody(t *testing.T) {
	url, stop := program(t, "-config", tinyConfig(t, ""), "-pace", "20")
	defer stop()
	b := browse(t)
	b.run(chromedp.Navigate(url))
	b.until(`document.body.dataset.connection === "live"`)
	b.run(chromedp.Click("#invite"))
	b.until(text(".Invitation-about") + `.includes("Only this computer")`)
	port := b.value(`location.port`)
	if about := b.value(text(".Invitation-about")); !strings.Contains(about, "-addr :"+port) {
		t.Errorf("the dialog says %q", about)
	}
	b.wantNoErrors()
}

// What a room sees obeys WCAG 2.2 AA as well: a viewer who is led, and the
// invitation of each, on a desktop and a phone.
func TestBrowserAudienceAccess(t *testing.T) {
	script := axe(t)
	presenter, viewer, stop := audience(t, chromedp.EmulateViewport(390, 4000))
	defer stop()
	presenter.run(chromedp.Click("#control-pause"), chromedp.Click("#lead"))
	viewer.until(`document.body.dataset.led === "true" && document.body.dataset.state === "paused"`)
	presenter.wantAccess(script, "a presenter's dashboard")
	viewer.wantAccess(script, "the dashboard of a viewer who is led, on a phone")
	viewer.run(chromedp.Click("#bar-more"))
	for _, b := range []*tab{presenter, viewer} {
		b.run(chromedp.Click("#invite"))
		b.until(text(".Invitation-about") + ` !== ""`)
		b.value(`[...document.querySelectorAll(".Invitation-more")].map((el) => el.open = true)`)
		b.wantAccess(script, "an invitation")
	}
}
