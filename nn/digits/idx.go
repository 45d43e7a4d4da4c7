package digits

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
)

const (
	maxBytes      = math.MaxInt32 // the largest array that is read
	firstAllocate = 64 << 20      // the most that is allocated before any of the data has been seen
	deflateRatio  = 1032          // deflate never expands data by more than this
)

// FileError says where a file is not what it should be.
type FileError struct {
	File         string
	Offset       int64 // in bytes
	Decompressed bool  // Offset counts decompressed bytes
	Message      string
	Err          error // cause, or nil
}

func (e *FileError) Error() string {
	in := ""
	if e.Decompressed {
		in = " (decompressed)"
	}
	return fmt.Sprintf("%s: byte %d%s: %s", e.File, e.Offset, in, e.Message)
}

func (e *FileError) Unwrap() error { return e.Err }

// array is the content of an IDX file with unsigned bytes as elements.
type array struct {
	file       string
	compressed bool
	dims       []int
	data       []byte
}

// headerLen is the offset of the first element.
func (a *array) headerLen() int64 { return 4 + 4*int64(len(a.dims)) }

func (a *array) errorf(offset int64, format string, args ...any) error {
	return &FileError{File: a.file, Offset: offset, Decompressed: a.compressed, Message: fmt.Sprintf(format, args...)}
}

// readIDX reads a file of the IDX format, gzip-compressed if its first bytes say so:
// two zero bytes, the element type, the number of dimensions, each dimension as a big-endian
// uint32, then the elements with the last dimension fastest. It never allocates much more than
// the file really holds, whatever the header promises.
func readIDX(fsys fs.FS, file, what string, minDims, maxDims int) (*array, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a := &array{file: file}
	r, limit, err := a.decompress(f, info.Size())
	if err != nil {
		return nil, err
	}
	if err := a.readHeader(r, what, minDims, maxDims); err != nil {
		return nil, err
	}
	return a, a.readData(r, limit)
}

// decompress returns the decompressed content and the most bytes that it can have.
func (a *array) decompress(f io.Reader, size int64) (io.Reader, int64, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	start, err := r.Peek(2)
	if err != nil && err != io.EOF {
		return nil, 0, a.readError(0, "the start of an IDX file", err)
	}
	if !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		if strings.HasSuffix(a.file, ".gz") {
			return nil, 0, a.errorf(0, "starts with %#x; a gzip file starts with 0x1f8b", start)
		}
		return r, size, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, 0, a.readError(0, "a gzip header", err)
	}
	a.compressed = true
	return z, min(size, maxBytes) * deflateRatio, nil
}

func (a *array) readHeader(r io.Reader, what string, minDims, maxDims int) error {
	var word [4]byte
	if n, err := io.ReadFull(r, word[:]); err != nil {
		return a.readError(int64(n), "4 bytes of magic number", err)
	}
	if word[0] != 0 || word[1] != 0 {
		return a.errorf(0, "magic number %#08x; an IDX file of %s starts with 0x000008%02x", word[:], what, minDims)
	}
	if word[2] != 0x08 {
		return a.errorf(2, "element type %#02x (%s); only unsigned bytes (0x08) are supported", word[2], typeName(word[2]))
	}
	if n := int(word[3]); n < minDims || n > maxDims {
		return a.errorf(3, "%d dimensions; %s have %s", n, what, span(minDims, maxDims))
	}
	total := int64(1)
	for i := range int(word[3]) {
		offset := 4 + 4*int64(i)
		if n, err := io.ReadFull(r, word[:]); err != nil {
			return a.readError(offset+int64(n), fmt.Sprintf("the size of dimension %d", i+1), err)
		}
		size := int64(binary.BigEndian.Uint32(word[:]))
		if size == 0 {
			return a.errorf(offset, "dimension %d is 0; it must be at least 1", i+1)
		}
		if size > maxBytes/total {
			return a.errorf(offset, "dimension %d is %d, which makes more than the supported %d bytes of data", i+1, size, maxBytes)
		}
		total *= size
		a.dims = append(a.dims, int(size))
	}
	return nil
}

// readData reads exactly as many elements as the header promises; limit is the most that can be there.
func (a *array) readData(r io.Reader, limit int64) error {
	total := 1
	for _, d := range a.dims {
		total *= d
	}
	a.data = make([]byte, 0, min(int64(total), limit, firstAllocate))
	for len(a.data) < total {
		if len(a.data) == cap(a.data) {
			grown := make([]byte, len(a.data), min(total, 2*cap(a.data)+512))
			copy(grown, a.data)
			a.data = grown
		}
		n, err := r.Read(a.data[len(a.data):cap(a.data)])
		a.data = a.data[:len(a.data)+n]
		if err != nil && len(a.data) < total {
			expected := fmt.Sprintf("%d bytes of data after the header", total)
			return a.readError(a.headerLen()+int64(len(a.data)), expected, err)
		}
	}
	end := a.headerLen() + int64(total) // where an error that came with the last data is reported again
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return a.errorf(end, "more data follows; the header's dimensions %v end the file here", a.dims)
	case err != io.EOF:
		return a.readError(end, "the whole gzip trailer and nothing after it", err)
	}
	return nil
}

// readError explains why reading stopped at offset where something was expected.
func (a *array) readError(offset int64, expected string, err error) error {
	e := &FileError{File: a.file, Offset: offset, Decompressed: a.compressed, Err: err}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Message = "the file ends here; expected " + expected
	case errors.As(err, &corrupt):
		e.Message = fmt.Sprintf("the compressed data are corrupt near byte %d of the file; expected %s", int64(corrupt), expected)
	case errors.Is(err, gzip.ErrChecksum):
		e.Message = "the checksum differs: the compressed data are corrupt"
	case errors.Is(err, gzip.ErrHeader):
		e.Message = "what starts here is not gzip data; expected " + expected
	default:
		e.Message = fmt.Sprintf("%v; expected %s", err, expected)
	}
	return e
}

func span(low, high int) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d or %d", low, high)
}

func typeName(b byte) string {
	switch b {
	case 0x09:
		return "signed byte"
	case 0x0b:
		return "int16"
	case 0x0c:
		return "int32"
	case 0x0d:
		return "float32"
	case 0x0e:
		return "float64"
	}
	return "unknown"
}
