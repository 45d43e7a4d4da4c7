package digits

import (
	"embed"
	"io/fs"
)

//go:embed mnist/*-ubyte.gz
var mnistFiles embed.FS

// MNIST decodes the MNIST database of handwritten digits, which is part of the program:
// 60,000 training and 10,000 test images of 28x28x1 and ten classes. Mixed into the training images are those of
// [PenDigits]. Every call decodes anew (60 MB, about half a second), so keep the result.
func MNIST() (*Data, error) {
	files, err := fs.Sub(mnistFiles, "mnist")
	if err != nil {
		return nil, err
	}
	data, err := Open(files, "MNIST")
	if err != nil {
		return nil, err
	}
	data.Credit = "Yann LeCun, Corinna Cortes, Christopher J.C. Burges: The MNIST database of handwritten digits; " +
		"E. Alpaydin, F. Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository, CC BY 4.0"
	pen, err := PenDigits()
	if err != nil {
		return nil, err
	}
	more, err := PenSet(pen, data.Train.H, data.Train.W)
	if err != nil {
		return nil, err
	}
	data.Train = data.Train.Mix(more)
	return data, nil
}
