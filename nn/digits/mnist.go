package digits

import (
	"embed"
	"io/fs"

	"golang.org/x/sync/errgroup"
)

//go:embed mnist/*-ubyte.gz
var mnistFiles embed.FS

// MNIST decodes the MNIST database of handwritten digits, which is part of the program:
// 60,000 training and 10,000 test images of 28x28x1 and ten classes. Mixed into the training images are those of
// [PenDigits]. Every call decodes anew (60 MB, about a third of a second), so keep the result.
func MNIST() (*Data, error) {
	var data *Data
	var more *Set
	var both errgroup.Group
	both.Go(func() (err error) {
		data, err = scanned()
		return err
	})
	both.Go(func() error {
		pen, err := PenDigits()
		if err != nil {
			return err
		}
		more, err = PenSet(pen, mnistSide, mnistSide)
		return err
	})
	if err := both.Wait(); err != nil {
		return nil, err
	}
	data.Credit = "Yann LeCun, Corinna Cortes, Christopher J.C. Burges: The MNIST database of handwritten digits; " +
		"E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository, CC BY 4.0"
	data.Train = data.Train.Mix(more)
	return data, nil
}

// mnistSide is the height and width of MNIST's images.
const mnistSide = 28

// scanned decodes MNIST's own files.
func scanned() (*Data, error) {
	files, err := fs.Sub(mnistFiles, "mnist")
	if err != nil {
		return nil, err
	}
	return Open(files, "MNIST")
}
