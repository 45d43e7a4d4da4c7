package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The pictures of a kept step have the same bytes live, later, and from another
// process, in any order.
func TestPicturesOfAStepNeverChange(t *testing.T) {
	folder := t.TempDir()
	url, stop := program(t, "-data", folder, "-config", tinyConfig(t, `,"epochs":1,"batchSize":1024`), "-pace", "30")
	conn := dial(t, url) // starts the run
	var list struct {
		Runs []struct {
			ID, State string
			Step      int
		}
	}
	read := func() {
		t.Helper()
		if err := json.Unmarshal(get(t, url+"api/runs"), &list); err != nil {
			t.Fatal(err)
		}
	}
	picture := func(step int, level string) []byte {
		return get(t, fmt.Sprintf("%sapi/runs/%s/steps/%d/filters/%s.png", url, list.Runs[0].ID, step, level))
	}
	type key struct {
		step  int
		level string
	}
	live := map[key][]byte{}
	for len(list.Runs) == 0 || list.Runs[0].State != "finished" {
		if read(); len(list.Runs) == 0 {
			continue
		}
		if step := list.Runs[0].Step; step <= 32 { // all of these are kept
			for _, level := range []string{"low", "mid", "high"} {
				live[key{step, level}] = picture(step, level)
			}
		}
	}
	conn.Close()
	if len(live) < 6 {
		t.Fatalf("only %d pictures were taken while it trained", len(live))
	}
	var keys []key
	for k := range live {
		keys = append(keys, k)
	}
	compare := func(when string) {
		t.Helper()
		rand.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
		for _, k := range keys {
			if !bytes.Equal(picture(k.step, k.level), live[k]) {
				t.Errorf("%s the %s level of step %d has other bytes than while it trained", when, k.level, k.step)
			}
		}
	}
	compare("later")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	url, stop = program(t, "-data", folder)
	compare("in another process")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}
