package digits

import (
	"slices"
	"strconv"
)

// Set is a list of labelled images of one size.
type Set struct {
	H, W, C int    // height, width and channels of every image
	Classes int    // labels are below this
	Images  []byte // [N][H][W][C], 0 = no ink
	Labels  []byte // [N]

	// Mixed is this set followed by images of another making that can be trained on as well; nil if there are none.
	Mixed *Set
}

// Len is the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Size is the number of bytes of one image, H*W*C.
func (s *Set) Size() int { return s.H * s.W * s.C }

// Head returns the first n images as a set of their own, which shares s's memory and has nothing mixed in.
func (s *Set) Head(n int) *Set {
	head := *s
	head.Mixed = nil
	head.Images, head.Labels = s.Images[:n*s.Size():n*s.Size()], s.Labels[:n:n]
	return &head
}

// Image returns image i as [H][W][C] bytes; it is a part of s.Images, not a copy.
func (s *Set) Image(i int) []byte {
	size := s.Size()
	return s.Images[i*size : (i+1)*size : (i+1)*size]
}

// Mix returns the set with more in its Mixed, which shares its memory.
func (s *Set) Mix(more *Set) *Set {
	mixed := s.Head(s.Len())
	mixed.Images = slices.Concat(s.Images, more.Images)
	mixed.Labels = slices.Concat(s.Labels, more.Labels)
	own := mixed.Head(s.Len())
	own.Mixed = mixed
	return own
}

// Label returns the class of image i.
func (s *Set) Label(i int) int { return int(s.Labels[i]) }

// Data is a data set as its makers split it.
type Data struct {
	Name       string
	Credit     string // who made it; empty if unknown
	Train      *Set
	Test       *Set     // as large as Train in H, W, C and Classes
	ClassNames []string // [Classes]
}

// numberNames names classes by their numbers.
func numberNames(classes int) []string {
	names := make([]string, classes)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}
