package digits

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// encodeIDX writes the format that readIDX reads.
func encodeIDX(data []byte, dims ...int) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return append(b, data...)
}

func compress(t rapid.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// counting is n bytes 0, 1, 2, …
func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func readImages(name string, content []byte) (*array, error) {
	return readIDX(fstest.MapFS{name: {Data: content}}, name, "images", 3, 4)
}

func TestReadIDXErrors(t *testing.T) {
	good := encodeIDX(counting(2*9*7*3), 2, 9, 7, 3)
	zipped := compress(t, good)
	changed := func(b []byte, at int, to ...byte) []byte {
		b = bytes.Clone(b)
		copy(b[at:], to)
		return b
	}
	for _, c := range []struct {
		name    string
		content []byte
		offset  int64
		message string // part of it
	}{
		{"empty", nil, 0, "the file ends here; expected 4 bytes of magic number"},
		{"half magic", good[:3], 3, "the file ends here; expected 4 bytes of magic number"},
		{"text", []byte("<!DOCTYPE html>"), 0, "magic number 0x3c21444f; an IDX file of images starts with 0x00000803"},
		{"floats", changed(good, 2, 0x0d), 2, "element type 0x0d (float32); only unsigned bytes (0x08)"},
		{"unknown type", changed(good, 2, 0x07), 2, "element type 0x07 (unknown)"},
		{"labels", encodeIDX(counting(5), 5), 3, "1 dimensions; images have 3 or 4"},
		{"five dimensions", changed(good, 3, 5), 3, "5 dimensions; images have 3 or 4"},
		{"half header", good[:10], 10, "the file ends here; expected the size of dimension 2"},
		{"no header", good[:4], 4, "expected the size of dimension 1"},
		{"no width", changed(good, 12, 0, 0, 0, 0), 12, "dimension 3 is 0"},
		{"absurd", changed(good, 8, 0xff, 0xff, 0xff, 0xff), 8, "dimension 2 is 4294967295, which makes more than the supported 2147483647 bytes"},
		{"absurd product", encodeIDX(nil, 1<<20, 1<<20, 1<<20), 8, "dimension 2 is 1048576, which makes more"},
		{"no data", good[:20], 20, "the file ends here; expected 378 bytes of data"},
		{"truncated", good[:397], 397, "the file ends here; expected 378 bytes of data"},
		{"trailing", append(bytes.Clone(good), 0), 398, "more data follows; the header's dimensions [2 9 7 3]"},
		{"not compressed.gz", good, 0, "starts with 0x0000; a gzip file starts with 0x1f8b"},
		{"nothing.gz", nil, 0, "a gzip file starts with 0x1f8b"},
		{"no gzip header.gz", zipped[:5], 0, "the file ends here; expected a gzip header"},
		{"no gzip method.gz", changed(zipped, 2, 7), 0, "not gzip data; expected a gzip header"},
		{"truncated.gz", zipped[:len(zipped)/2], -1, "the file ends here; expected"},
		{"corrupt.gz", changed(zipped, 10, 0xff, 0xff), 0, "the compressed data are corrupt near byte"},
		{"checksum.gz", changed(zipped, len(zipped)-8, 1, 2, 3, 4), 398, "the checksum differs"},
		{"checksum cut off.gz", zipped[:len(zipped)-3], 398, "the file ends here; expected"},
		{"trailing.gz", append(bytes.Clone(zipped), "more"...), 398, "expected the whole gzip trailer and nothing after it"},
		{"trailing inside.gz", compress(t, append(bytes.Clone(good), 0)), 398, "more data follows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := readImages(c.name, c.content)
			var e *FileError
			if !errors.As(err, &e) {
				t.Fatalf("read %v, error %v", a, err)
			}
			if e.File != c.name || c.offset >= 0 && e.Offset != c.offset || !strings.Contains(e.Message, c.message) {
				t.Errorf("error %q\nwant offset %d and %q", e, c.offset, c.message)
			}
			if !strings.HasPrefix(err.Error(), c.name+": byte ") {
				t.Errorf("error %q names neither file nor offset first", err)
			}
			if inside := c.offset != 0 && strings.HasSuffix(c.name, ".gz"); strings.Contains(err.Error(), "(decompressed)") != inside && c.name != "corrupt.gz" {
				t.Errorf("error %q says where it counts bytes, want %t", err, inside)
			}
		})
	}
}

// A header is no reason to allocate what the file cannot hold.
func TestReadIDXAllocatesWhatIsThere(t *testing.T) {
	for name, content := range map[string][]byte{
		"plain": encodeIDX(nil, 2000, 1000, 1000),
		"x.gz":  compress(t, encodeIDX(make([]byte, 1000), 2000, 1000, 1000)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := readImages(name, content)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: read", name)
		}
		if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
			t.Errorf("%s: %d bytes of file allocate %d", name, len(content), got)
		}
	}
}

// Data that compress well are longer than what is allocated first, and are read whole all the same.
func TestReadIDXGrows(t *testing.T) {
	const n = firstAllocate + 1<<20
	a, err := readImages("zeros.gz", compress(t, encodeIDX(make([]byte, n), n/1024, 32, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.data) != n || cap(a.data) != n {
		t.Errorf("length %d and capacity %d, want %d", len(a.data), cap(a.data), n)
	}
}

func FuzzReadIDX(f *testing.F) {
	good := encodeIDX(counting(2*3*4), 2, 3, 4)
	zipped := compress(f, good)
	for _, seed := range [][]byte{
		nil, good, good[:9], append(bytes.Clone(good), 1), encodeIDX(nil, 1<<31, 1<<31, 1<<31), encodeIDX(nil, 1, 1, 0),
		encodeIDX(counting(6), 1, 2, 1, 3), encodeIDX(counting(9), 9), zipped, zipped[:20], compress(f, make([]byte, 5000)),
		compress(f, encodeIDX(make([]byte, 100), 1<<10, 1<<10, 1<<10)), {0x1f, 0x8b}, {0, 0, 8, 200},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		a, err := readImages("images", content)
		if err != nil {
			var e *FileError
			if !errors.As(err, &e) || e.File != "images" || e.Message == "" || e.Offset < 0 {
				t.Fatalf("error %#v", err)
			}
			return
		}
		if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
			content, err = decompressAll(content)
			if err != nil {
				t.Fatalf("read in spite of %v", err)
			}
		}
		if !bytes.Equal(encodeIDX(a.data, a.dims...), content) {
			t.Fatalf("dimensions %v and %d bytes of data are not the content", a.dims, len(a.data))
		}
	})
}

func decompressAll(content []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(z)
	return b.Bytes(), err
}

// A file that cannot be read at all is the file system's error, not the content's.
func TestReadIDXMissing(t *testing.T) {
	_, err := readIDX(fstest.MapFS{}, "images", "images", 3, 4)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
