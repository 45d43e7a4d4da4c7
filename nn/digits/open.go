package digits

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Open reads a data set from the four IDX files of a folder, named as MNIST's:
//
//	train-images-idx3-ubyte  train-labels-idx1-ubyte
//	t10k-images-idx3-ubyte   t10k-labels-idx1-ubyte
//
// each plain or with .gz, with '.' in place of '-' before idx as some distributions have it. Images are
// (N, H, W), or (N, H, W, C) in files that may also be called idx4; elements are unsigned bytes. There are as many
// classes as the largest training label needs, named by their numbers. The four files are decoded at once.
// What is wrong in a file comes back as a [*FileError].
func Open(fsys fs.FS, name string) (*Data, error) {
	data := &Data{Name: name}
	if err := data.read(fsys); err != nil {
		return nil, fmt.Errorf("data set %s: %w", name, err)
	}
	return data, nil
}

func (d *Data) read(fsys fs.FS) error {
	if _, err := fs.Stat(fsys, "."); err != nil {
		return err
	}
	var train, test pair
	var errs [4]error
	var wait sync.WaitGroup
	wait.Go(func() { train.images, errs[0] = readAny(fsys, "train-images", "images", 3, 4) })
	wait.Go(func() { train.labels, errs[1] = readAny(fsys, "train-labels", "labels", 1, 1) })
	wait.Go(func() { test.images, errs[2] = readAny(fsys, "t10k-images", "images", 3, 4) })
	wait.Go(func() { test.labels, errs[3] = readAny(fsys, "t10k-labels", "labels", 1, 1) })
	wait.Wait()
	if err := cmp.Or(errs[:]...); err != nil {
		return err
	}
	return d.assemble(&train, &test)
}

// pair is the two files of one set.
type pair struct{ images, labels *array }

// readAny reads the first of the names that a file may have.
func readAny(fsys fs.FS, prefix, what string, minDims, maxDims int) (*array, error) {
	names := fileNames(prefix, minDims, maxDims)
	for _, name := range names {
		if _, err := fs.Stat(fsys, name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return readIDX(fsys, name, what, minDims, maxDims)
	}
	return nil, fmt.Errorf("%s are missing; expected a file named %s: %w", prefix, strings.Join(names, ", "), fs.ErrNotExist)
}

func fileNames(prefix string, minDims, maxDims int) []string {
	var names []string
	for dims := minDims; dims <= maxDims; dims++ {
		for _, separator := range []string{"-", "."} {
			plain := fmt.Sprintf("%s%sidx%d-ubyte", prefix, separator, dims)
			names = append(names, plain, plain+".gz")
		}
	}
	return names
}

func (d *Data) assemble(train, test *pair) error {
	for _, p := range []*pair{train, test} {
		if n, m := p.images.dims[0], p.labels.dims[0]; n != m {
			return p.labels.errorf(4, "%d labels, but %s has %d images", m, p.images.file, n)
		}
	}
	d.Train, d.Test = train.set(), test.set()
	if a, b := d.Train, d.Test; a.H != b.H || a.W != b.W || a.C != b.C {
		return test.images.errorf(8, "images of %dx%dx%d, but %s has %dx%dx%d",
			b.H, b.W, b.C, train.images.file, a.H, a.W, a.C)
	}
	classes := 1 + int(slices.Max(d.Train.Labels))
	if classes < 2 {
		return train.labels.errorf(8, "every label is 0; expected at least two classes")
	}
	for i, label := range d.Test.Labels {
		if int(label) >= classes {
			return test.labels.errorf(8+int64(i), "label %d, but the labels of %s are 0 to %d", label, train.labels.file, classes-1)
		}
	}
	d.Train.Classes, d.Test.Classes = classes, classes
	d.ClassNames = numberNames(classes)
	return nil
}

func (p *pair) set() *Set {
	dims := p.images.dims
	s := &Set{H: dims[1], W: dims[2], C: 1, Images: p.images.data, Labels: p.labels.data}
	if len(dims) == 4 {
		s.C = dims[3]
	}
	return s
}
