package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"filterscope/nn/digits"
	"filterscope/web/figure"
)

const (
	maxUpload      = 16 << 20 // bytes of a picture's file
	maxFormExtra   = 64 << 10 // and of the form around it
	maxPixels      = 16 << 20 // of a picture: 4096 by 4096
	decodedSide    = 512      // larger pictures are reduced to at most so many pixels a side
	decodedAtATime = 1        // pictures, each of which may need 200 MB
)

// pictureAnswer is the digit of an uploaded picture.
type pictureAnswer struct {
	Pixels   []float32  `json:"pixels"`   // [H][W] in 0..1, as other calls take them
	Box      [4]float64 `json:"box"`      // of the ink in these pixels: left, top, right, bottom
	Center   [2]float64 `json:"center"`   // of the ink's mass
	Inverted bool       `json:"inverted"` // it is dark on light in the picture
	Place    [4]float64 `json:"place"`    // of the digit in the picture, as shares of its width and height
}

// picture finds the digit of a picture, which is a body of its own or the only
// file of a form.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) error {
	file, err := uploaded(w, r)
	if err != nil {
		return err
	}
	data, err := s.config.Data()
	if err != nil {
		return err
	}
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	gray, err := figure.DecodeGray(file, maxPixels, decodedSide)
	if err != nil {
		return badRequest("%v", err)
	}
	reading, err := digits.Read(digits.Photo{H: gray.H, W: gray.W, Gray: gray.Values}, data.Train.H, data.Train.W)
	if err != nil {
		return badRequest("%v", err)
	}
	box, place := reading.Box, reading.Place
	width, height := float64(gray.W), float64(gray.H)
	return writeJSON(w, http.StatusOK, pictureAnswer{
		Pixels: reading.Pixels, Box: [4]float64{box.Left, box.Top, box.Right, box.Bottom},
		Center: [2]float64{reading.Center.X, reading.Center.Y}, Inverted: reading.Inverted,
		Place: [4]float64{place.Left / width, place.Top / height, place.Right / width, place.Bottom / height},
	})
}

// uploaded is the file that a request brings.
func uploaded(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, wrongKind("")
	}
	switch kind {
	case "image/png", "image/jpeg":
		return readFile(http.MaxBytesReader(w, r.Body, maxUpload))
	case "multipart/form-data":
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload+maxFormExtra)
		return formFile(r)
	}
	return nil, wrongKind(kind)
}

func wrongKind(kind string) error {
	if kind == "" {
		kind = "missing"
	}
	return &httpError{Status: http.StatusUnsupportedMediaType, Message: fmt.Sprintf("the content type is %s; send image/png, image/jpeg, or a form with one file as multipart/form-data", kind)}
}

// formFile is the first file of a form, which is not kept on the disk.
func formFile(r *http.Request) ([]byte, error) {
	form, err := r.MultipartReader()
	if err != nil {
		return nil, badRequest("the form is malformed")
	}
	for {
		part, err := form.NextPart()
		var tooLarge *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF):
			return nil, badRequest("the form has no file")
		case errors.As(err, &tooLarge):
			return nil, fileTooLarge()
		case err != nil:
			return nil, badRequest("the form is malformed")
		}
		if part.FileName() != "" {
			return readFile(part)
		}
	}
}

func readFile(file io.Reader) ([]byte, error) {
	var all bytes.Buffer
	n, err := io.Copy(&all, io.LimitReader(file, maxUpload+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge), n > maxUpload:
		return nil, fileTooLarge()
	case err != nil:
		return nil, badRequest("the file could not be read")
	}
	return all.Bytes(), nil
}

func fileTooLarge() error {
	return &httpError{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("the file is larger than %d bytes", maxUpload)}
}
