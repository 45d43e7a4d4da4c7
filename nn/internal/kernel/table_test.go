package kernel

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNamed(t *testing.T) {
	for _, table := range Tables() {
		if got, err := named(table.Name); err != nil || got.Name != table.Name {
			t.Errorf("table %q = %v, %v", table.Name, got, err)
		}
	}
	if got, err := named(""); err != nil || got.Name != Tables()[0].Name {
		t.Errorf("without a name: %v, %v, want the fastest, %s", got, err, Tables()[0].Name)
	}
	_, err := named("mmx")
	if err == nil || !strings.Contains(err.Error(), "FILTERSCOPE_KERNEL=mmx") || !strings.Contains(err.Error(), "generic") {
		t.Errorf("mmx: error %v, want one that names the variable and what would be right", err)
	}
}

// Any shape that an architecture's text allows has the results of the naive convolution.
func TestAnyConvIsTheNaiveOne(t *testing.T) {
	tables := Tables()
	rapid.Check(t, func(r *rapid.T) {
		c := naiveConv{
			inC: rapid.IntRange(1, 40).Draw(r, "inC"), outC: rapid.IntRange(1, 70).Draw(r, "outC"),
			filterH: rapid.IntRange(1, 11).Draw(r, "filterH"), filterW: rapid.IntRange(1, 11).Draw(r, "filterW"),
			stride: rapid.IntRange(1, 4).Draw(r, "stride"), pad: rapid.IntRange(0, 5).Draw(r, "pad"),
			h: rapid.IntRange(1, 8).Draw(r, "h"), w: rapid.IntRange(1, 17).Draw(r, "w"),
		}
		c.h, c.w = max(c.h, c.filterH-2*c.pad), max(c.w, c.filterW-2*c.pad)
		c.outH, c.outW = (c.h+2*c.pad-c.filterH)/c.stride+1, (c.w+2*c.pad-c.filterW)/c.stride+1
		for c.filterH*c.filterW*c.inC*c.outC*c.outH*c.outW > 1<<20 { // for a test's time
			c.inC, c.outC = (c.inC+1)/2, (c.outC+1)/2
			if c.inC == 1 && c.outC == 1 {
				break
			}
		}
		table := rapid.SampledFrom(tables).Draw(r, "table")
		checkConv(t, table, c, rapid.SampledFrom([]float64{0, 0.5, 0.9}).Draw(r, "zeros"))
	})
}
