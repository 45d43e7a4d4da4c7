package digits

import (
	"crypto/md5"
	"encoding/hex"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The decoded arrays are those of the published files: their MD5 sums are those of mnist/CREDIT.txt
// without the headers.
func TestMNIST(t *testing.T) {
	data, err := MNIST()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		set    *Set
		n      int
		counts []int // published class frequencies
		sum    string
	}{
		{"train", data.Train, 60000, []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, "6bbc9ace898e44ae57da46a324031adb"},
		{"test", data.Test, 10000, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, "2646ac647ad5339dbf082846283269ea"},
	} {
		s := c.set
		if s.H != 28 || s.W != 28 || s.C != 1 || s.Classes != 10 || s.Len() != c.n || len(s.Images) != c.n*784 {
			t.Errorf("%s: %d images (%d bytes) of %dx%dx%d in %d classes", c.name, s.Len(), len(s.Images), s.H, s.W, s.C, s.Classes)
		}
		counts := make([]int, 10)
		for i := range s.Len() {
			counts[s.Label(i)]++
		}
		if diff := cmp.Diff(c.counts, counts); diff != "" {
			t.Errorf("%s: examples per class (-want +got)\n%s", c.name, diff)
		}
		h := md5.New()
		h.Write([]byte{0, 0, 8, 3, 0, 0, byte(c.n >> 8), byte(c.n & 255), 0, 0, 0, 28, 0, 0, 0, 28})
		h.Write(s.Images)
		if got := hex.EncodeToString(h.Sum(nil)); got != c.sum {
			t.Errorf("%s: MD5 of the images is %s, want %s", c.name, got, c.sum)
		}
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, data.ClassNames); diff != "" {
		t.Error(diff)
	}
	if data.Name != "MNIST" || data.Credit == "" {
		t.Errorf("name %q, credit %q", data.Name, data.Credit)
	}
}

func BenchmarkMNIST(b *testing.B) {
	b.SetBytes(70000 * 785)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := MNIST(); err != nil {
			b.Fatal(err)
		}
	}
}
