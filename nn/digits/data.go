package digits

import "strconv"

// Set is a list of labelled images of one size.
type Set struct {
	H, W, C int    // height, width and channels of every image
	Classes int    // labels are below this
	Images  []byte // [N][H][W][C], 0 = no ink
	Labels  []byte // [N]
}

// Len is the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Size is the number of bytes of one image, H*W*C.
func (s *Set) Size() int { return s.H * s.W * s.C }

// Head returns the first n images as a set of their own, which shares s's memory.
func (s *Set) Head(n int) *Set {
	head := *s
	head.Images, head.Labels = s.Images[:n*s.Size():n*s.Size()], s.Labels[:n:n]
	return &head
}

// Image returns image i as [H][W][C] bytes; it is a part of s.Images, not a copy.
func (s *Set) Image(i int) []byte {
	size := s.Size()
	return s.Images[i*size : (i+1)*size : (i+1)*size]
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
