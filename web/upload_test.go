package web_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"mime/multipart"
	"strings"
	"testing"
)

// sheet is a picture of a test digit, dark on light, each pixel so many wide.
func sheet(t testing.TB, index, zoom int) *image.Gray {
	t.Helper()
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	m := image.NewGray(image.Rect(0, 0, 28*zoom, 28*zoom))
	for i := range m.Pix {
		m.Pix[i] = 240 - uint8(int(data.Test.Image(index)[i/m.Stride/zoom*28+i%m.Stride/zoom])*200/255)
	}
	return m
}

func asPNG(t testing.TB, m image.Image) string {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func asJPEG(t testing.TB, m image.Image) string {
	t.Helper()
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func asForm(t testing.TB, file string) (body, kind string) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("comment", "a digit"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("picture", "digit.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	w.Close()
	return form.String(), w.FormDataContentType()
}

type pictured struct {
	Pixels   []float32
	Box      [4]float64
	Place    [4]float64
	Inverted bool
}

// A test digit that is sent as a picture is seen nearly as it is, whichever way
// it comes, and can be asked about.
func TestPictures(t *testing.T) {
	s := serve(t, nil)
	s.open(small)
	data, err := someDigits()
	if err != nil {
		t.Fatal(err)
	}
	gray := sheet(t, 5, 6)
	clear := image.NewNRGBA(gray.Rect) // light ink on nothing
	for i, v := range gray.Pix {
		clear.SetNRGBA(i%gray.Stride, i/gray.Stride, color.NRGBA{255, 255, 255, 240 - v})
	}
	form, kind := asForm(t, asPNG(t, gray))
	for name, c := range map[string]struct {
		body, kind string
		inverted   bool
	}{
		"PNG": {asPNG(t, gray), "image/png", true}, "JPEG": {asJPEG(t, gray), "image/jpeg", true}, "form": {form, kind, true},
		"another name": {asJPEG(t, gray), "image/png", true}, "transparent": {asPNG(t, clear), "image/png", false},
	} {
		a := s.ask("POST", "/api/picture", c.body, "Content-Type", c.kind)
		var p pictured
		s.into(a, &p)
		if a.StatusCode != 200 || len(p.Pixels) != 784 || p.Inverted != c.inverted {
			t.Fatalf("%s: %s: %.200s", name, a.Status, a.body)
		}
		off := 0.0
		for i, v := range data.Test.Image(5) {
			off += math.Abs(float64(p.Pixels[i])-float64(v)/255) / 784
		}
		if off > 0.06 || p.Place[0] < 0.1 || p.Place[3] > 0.9 || p.Box[3]-p.Box[1] < 19.9 {
			t.Errorf("%s: pixels off by %v on average, place %v, box %v", name, off, p.Place, p.Box)
		}
		pixels, _ := json.Marshal(p.Pixels)
		var answer predicted
		if s.into(s.ask("POST", "/api/predict", `{"pixels":`+string(pixels)+`}`), &answer); len(answer.Probabilities) != 10 {
			t.Errorf("%s cannot be predicted: %+v", name, answer)
		}
	}
}

// bomb is a small PNG that claims to be large.
func bomb(width, height uint32) string {
	header := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(header[4:], width)
	binary.BigEndian.PutUint32(header[8:], height)
	header[12] = 8
	file := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	return string(binary.BigEndian.AppendUint32(append(file, header...), crc32.ChecksumIEEE(header)))
}

func TestBadPictures(t *testing.T) {
	s := serve(t, nil)
	good := asPNG(t, sheet(t, 5, 6))
	photo := asJPEG(t, sheet(t, 5, 6))
	noFile := "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"
	for name, c := range map[string]struct {
		body, kind string
		status     int
		words      string
	}{
		"nothing":                {"", "image/png", 400, "no PNG or JPEG"},
		"another magic":          {"GIF89a\x10\x00\x10\x00\x00\x00\x00" + good, "image/png", 400, "no PNG or JPEG"},
		"another content type":   {good, "image/gif", 415, "image/png, image/jpeg"},
		"no content type":        {good, "", 415, "missing"},
		"text":                   {"seven", "text/plain", 415, "text/plain"},
		"a truncated PNG":        {good[:len(good)/2], "image/png", 400, "cut off"},
		"a truncated JPEG":       {photo[:len(photo)/2], "image/jpeg", 400, "cut off"},
		"a JPEG's beginning":     {photo[:10], "image/jpeg", 400, "beginning is damaged"},
		"1x1":                    {asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), "image/png", 400, "at least 8 by 8"},
		"a line":                 {asPNG(t, image.NewGray(image.Rect(0, 0, 3000, 1))), "image/png", 400, "at least 8 by 8"},
		"a blank sheet":          {asPNG(t, image.NewGray(image.Rect(0, 0, 100, 100))), "image/png", 400, "nothing stands out"},
		"a transparent sheet":    {asPNG(t, image.NewNRGBA(image.Rect(0, 0, 100, 100))), "image/png", 400, "nothing stands out"},
		"a bomb":                 {bomb(60_000, 60_000), "image/png", 400, "60000 by 60000 pixels; use up to 16777216"},
		"the largest bomb":       {bomb(1<<31-1, 1<<31-1), "image/png", 400, "picture"},
		"too many bytes":         {good + strings.Repeat(" ", 16<<20), "image/png", 413, "larger than 16777216 bytes"},
		"a form without a file":  {noFile, "multipart/form-data; boundary=x", 400, "no file"},
		"a form without an end":  {noFile[:20], "multipart/form-data; boundary=x", 400, "malformed"},
		"a form without borders": {noFile, "multipart/form-data", 400, "malformed"},
	} {
		a := s.ask("POST", "/api/picture", c.body, "Content-Type", c.kind)
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.words) {
			t.Errorf("%s: %s: %s; want %d with %q", name, a.Status, a.body, c.status, c.words)
		}
	}
	form, kind := asForm(t, good+strings.Repeat(" ", 16<<20))
	s.wantError(s.ask("POST", "/api/picture", form, "Content-Type", kind), 413, "larger")
}

// A photograph of 4,000 by 4,000 pixels is read.
func TestLargePictures(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a second")
	}
	s := serve(t, nil)
	large := image.NewGray(image.Rect(0, 0, 4000, 4000))
	for i := range large.Pix {
		large.Pix[i] = 230
		if y, x := i/4000, i%4000; y > 800 && y < 3200 && x > 1900 && x < 2100 {
			large.Pix[i] = 30
		}
	}
	for kind, file := range map[string]string{"image/png": asPNG(t, large), "image/jpeg": asJPEG(t, large)} {
		var p pictured
		a := s.ask("POST", "/api/picture", file, "Content-Type", kind)
		if s.into(a, &p); a.StatusCode != 200 || math.Abs(p.Place[0]-0.475) > 0.005 || math.Abs(p.Place[3]-0.8) > 0.005 {
			t.Errorf("%s: %s, place %v: %.100s", kind, a.Status, p.Place, a.body)
		}
	}
}

// Whatever is uploaded, the answer is a picture of the right size or a sentence.
func FuzzPicture(f *testing.F) {
	s := serve(f, nil)
	for _, file := range []string{asPNG(f, sheet(f, 5, 1)), asJPEG(f, sheet(f, 5, 1)), asPNG(f, sheet(f, 1, 2)), bomb(9, 9), "GIF89a", ""} {
		f.Add([]byte(file))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		a := s.within(t).ask("POST", "/api/picture", string(file), "Content-Type", "image/png")
		switch {
		case a.StatusCode == 200:
			var p pictured
			if err := json.Unmarshal(a.body, &p); err != nil || len(p.Pixels) != 784 {
				t.Errorf("%.200s", a.body)
			}
		case a.StatusCode < 400 || a.StatusCode >= 500 || !strings.Contains(string(a.body), `"error":"`):
			t.Errorf("%s: %.200s", a.Status, a.body)
		}
	})
}
