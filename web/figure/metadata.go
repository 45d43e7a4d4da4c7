package figure

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Metadata is what a picture says about itself to who finds it without its page.
type Metadata struct {
	Run         string            `json:"run"`
	Steps       []int             `json:"steps"` // one, or those of a film
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Settings    map[string]string `json:"settings,omitempty"` // view, rule, scale, architecture, seed, …
}

// software is the metadata's name for this program.
const software = "Filterscope"

var (
	pngSignature = []byte("\x89PNG\r\n\x1a\n")
	gifSignature = []byte("GIF89a")
)

// WithMetadata returns a PNG or GIF with metadata added; its pixels stay.
//
// A PNG gets iTXt chunks right after its header: Title, Description, Software
// and Source (the run), which are keywords of the PNG specification (W3C, third
// edition, 11.3.3) or common beside them, and Comment, which is all as JSON. A
// GIF gets the same JSON, in ASCII, as a comment extension (CompuServe, GIF89a,
// 24) at its end.
//
// It is an error if the picture is neither, or a text is not UTF-8 or has a NUL.
func WithMetadata(picture []byte, m Metadata) ([]byte, error) {
	for _, text := range []string{m.Run, m.Title, m.Description} {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return nil, fmt.Errorf("figure: metadata %q; it must be UTF-8 without NUL", text)
		}
	}
	comment, err := m.json()
	if err != nil {
		return nil, fmt.Errorf("figure: encoding metadata: %w", err)
	}
	switch {
	case bytes.HasPrefix(picture, pngSignature):
		return m.intoPNG(picture, comment)
	case bytes.HasPrefix(picture, gifSignature):
		return intoGIF(picture, comment)
	}
	return nil, errors.New("figure: metadata can be added to a PNG or a GIF89a; this picture is neither")
}

// json is all of the metadata, in ASCII.
func (m Metadata) json() (string, error) {
	if m.Steps == nil {
		m.Steps = []int{}
	}
	var all bytes.Buffer
	e := json.NewEncoder(&all)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Software string `json:"software"`
		Metadata
	}{software, m})
	var ascii strings.Builder
	for _, r := range strings.TrimSpace(all.String()) {
		switch {
		case r < utf8.RuneSelf:
			ascii.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&ascii, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&ascii, `\u%04x`, r)
		}
	}
	return ascii.String(), err
}

// intoPNG adds chunks after the first, which is the header.
func (m Metadata) intoPNG(picture []byte, comment string) ([]byte, error) {
	const header = 8 + 12 + 13 // signature, a chunk's frame, its data
	if len(picture) < header || string(picture[12:16]) != "IHDR" {
		return nil, errors.New("figure: a PNG must begin with its header; this one is cut off")
	}
	out := append([]byte(nil), picture[:header]...)
	for _, text := range [][2]string{
		{"Title", m.Title}, {"Description", m.Description}, {"Software", software}, {"Source", m.Run}, {"Comment", comment},
	} {
		if text[1] != "" {
			// Not compressed, in no language, and its keyword not translated.
			out = appendChunk(out, "iTXt", text[0]+"\x00\x00\x00\x00\x00"+text[1])
		}
	}
	return append(out, picture[header:]...), nil
}

// appendChunk adds a PNG chunk: length, type, data, and the checksum of both.
func appendChunk(out []byte, kind, data string) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	at := len(out)
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[at:]))
}

// intoGIF adds a comment before the trailer, in blocks of up to 255 bytes.
func intoGIF(picture []byte, comment string) ([]byte, error) {
	const extension, commentLabel, trailer, block = 0x21, 0xfe, 0x3b, 255
	last := len(picture) - 1
	if picture[last] != trailer {
		return nil, errors.New("figure: a GIF must end with its trailer; this one is cut off")
	}
	out := append(append([]byte(nil), picture[:last]...), extension, commentLabel)
	for comment != "" {
		n := min(len(comment), block)
		out = append(append(out, byte(n)), comment[:n]...)
		comment = comment[n:]
	}
	return append(out, 0, trailer), nil
}
