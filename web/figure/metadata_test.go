package figure

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/gif"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var told = Metadata{
	Run: "run-7", Steps: []int{0, 64}, Title: "Filter 3 of “low” → 😀",
	Description: strings.Repeat("Dark blue is negative, light orange is positive. ", 12),
	Settings:    map[string]string{"view": "filter", "scale": "<unit>"},
}

// chunks reads a PNG's chunks without the standard library's decoder, and checks
// their sums.
func chunks(t *testing.T, data []byte) (kinds []string, texts map[string]string) {
	t.Helper()
	texts = map[string]string{}
	for at := 8; at < len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		body := data[at+4 : at+8+n]
		if sum := binary.BigEndian.Uint32(data[at+8+n:]); sum != crc32.ChecksumIEEE(body) {
			t.Errorf("chunk %s has a wrong checksum", body[:4])
		}
		kinds = append(kinds, string(body[:4]))
		if string(body[:4]) == "iTXt" {
			key, rest, _ := strings.Cut(string(body[4:]), "\x00")
			if !strings.HasPrefix(rest, "\x00\x00\x00\x00") {
				t.Errorf("%s is compressed, or has a language: %q", key, rest[:4])
			}
			texts[key] = rest[4:]
		}
		at += 12 + n
	}
	return kinds, texts
}

// wholly is what the JSON comment says.
func wholly(t *testing.T, comment string) (m Metadata, software string) {
	t.Helper()
	var all struct {
		Software string
		Metadata
	}
	if err := json.Unmarshal([]byte(comment), &all); err != nil {
		t.Fatalf("%v in %s", err, comment)
	}
	if strings.ContainsFunc(comment, func(r rune) bool { return r > 126 }) {
		t.Errorf("%s is not ASCII", comment)
	}
	return all.Metadata, all.Software
}

func TestMetadataOfPNG(t *testing.T) {
	g, err := Filters(gabors(5, 1, 6))
	if err != nil {
		t.Fatal(err)
	}
	data, err := WithMetadata(g.PNG, told)
	if err != nil {
		t.Fatal(err)
	}
	kinds, texts := chunks(t, data)
	if diff := cmp.Diff([]string{"IHDR", "iTXt", "iTXt", "iTXt", "iTXt", "iTXt", "PLTE"}, kinds[:7]); diff != "" {
		t.Errorf("chunks: %s", diff)
	}
	m, software := wholly(t, texts["Comment"])
	if diff := cmp.Diff(told, m); diff != "" || software != "Filterscope" {
		t.Errorf("comment of %s: %s", software, diff)
	}
	delete(texts, "Comment")
	want := map[string]string{"Title": told.Title, "Description": told.Description, "Software": "Filterscope", "Source": "run-7"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("texts: %s", diff)
	}
	comparePixels(t, decode(t, data), decode(t, g.PNG))
}

// gifComment reads a GIF's blocks without the standard library's decoder, up to
// its comment, which must be the last but the trailer.
func gifComment(t *testing.T, data []byte) string {
	t.Helper()
	from := bytes.LastIndex(data, []byte{0x21, 0xfe})
	var comment []byte
	at := from + 2
	for data[at] != 0 {
		comment = append(comment, data[at+1:at+1+int(data[at])]...)
		at += 1 + int(data[at])
	}
	if rest := data[at+1:]; !bytes.Equal(rest, []byte{0x3b}) {
		t.Errorf("after the comment comes %x, want the trailer", rest)
	}
	return string(comment)
}

func TestMetadataOfGIF(t *testing.T) {
	m := image.NewPaletted(image.Rect(0, 0, 5, 4), plainGray().palette[2:])
	m.Pix[7] = 9
	var plain bytes.Buffer
	if err := gif.EncodeAll(&plain, &gif.GIF{Image: []*image.Paletted{m, m}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	data, err := WithMetadata(plain.Bytes(), told)
	if err != nil {
		t.Fatal(err)
	}
	comment, _ := wholly(t, gifComment(t, data))
	if diff := cmp.Diff(told, comment); diff != "" {
		t.Error(diff)
	}
	all, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil || len(all.Image) != 2 || !bytes.Equal(all.Image[1].Pix, m.Pix) {
		t.Errorf("%v; the pixels are not the same", err)
	}
}

func TestMetadataErrors(t *testing.T) {
	g, err := Filters(gabors(5, 1, 6))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		picture []byte
		title   string
		want    string
	}{
		{[]byte("<svg/>"), "", "this picture is neither"},
		{g.PNG[:20], "", "a PNG must begin with its header"},
		{[]byte("GIF89a......"), "", "a GIF must end with its trailer"},
		{g.PNG, "a\x00b", `metadata "a\x00b"; it must be UTF-8 without NUL`},
		{g.PNG, "\xff", `metadata "\xff"; it must be UTF-8 without NUL`},
	} {
		if _, err := WithMetadata(test.picture, Metadata{Title: test.title}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
	data, err := WithMetadata(g.PNG, Metadata{})
	if _, bad := png.Decode(bytes.NewReader(data)); err != nil || bad != nil {
		t.Errorf("%v, %v for metadata that says nothing", err, bad)
	}
	if _, texts := chunks(t, data); len(texts) != 2 || !strings.Contains(texts["Comment"], `"steps":[]`) {
		t.Errorf("%v, want only Software and Comment", texts)
	}
}
