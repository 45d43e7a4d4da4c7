package exam

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

const (
	spare       = 8     // directions followed besides those asked for, which makes these converge sooner
	few         = 160   // directions that are all followed, which is exact at once
	mostRounds  = 8     // of following them
	settled     = 1e-3  // change of the variances in a round at which they are known, relative to the largest
	guessesSeed = 20240 // of the directions to begin with
	blockSize   = 64    // columns that LAPACK works on at a time
)

// principal finds the directions of most variance of n points, the rows of x, whose mean is 0, and returns the points' coordinates
// along the first k of them (n x k, or fewer if there are no more) and the variance of each.
//
// It is block power iteration (Halko, Martinsson and Tropp 2011, "Finding structure with randomness", algorithm 4.4, until
// it has settled): a wide hidden layer has thousands of values of which two directions are wanted.
func principal(x *mat.Dense, k int) (scores *mat.Dense, variances []float64) {
	n, d := x.Dims()
	k = min(k, n, d)
	width := min(k+spare, n, d)
	if min(n, d) <= few {
		width = min(n, d)
	}
	random := rand.New(rand.NewPCG(guessesSeed, guessesSeed))
	b := mat.NewDense(d, width, nil)
	for i := range d * width {
		b.RawMatrix().Data[i] = random.NormFloat64()
	}
	var y mat.Dense
	var known []float64
	for range mostRounds {
		y.Mul(x, b)
		orthonormal(&y)
		b.Mul(x.T(), &y)
		scores, variances = turn(&y, b)
		if hasSettled(known, variances[:k]) {
			break
		}
		known = variances[:k]
	}
	return mat.DenseCopyOf(scores.Slice(0, n, 0, k)), variances[:k]
}

// centre takes the mean of all rows away from each.
func centre(x *mat.Dense) {
	n, d := x.Dims()
	mean := make([]float64, d)
	for i := range n {
		for j, v := range x.RawRowView(i) {
			mean[j] += v / float64(n)
		}
	}
	for i := range n {
		row := x.RawRowView(i)
		for j := range row {
			row[j] -= mean[j]
		}
	}
}

// orthonormal makes the columns of y, of which it has no more than rows, a basis of their span.
func orthonormal(y *mat.Dense) {
	raw := y.RawMatrix()
	tau, work := make([]float64, raw.Cols), make([]float64, raw.Cols*blockSize)
	lapack64.Geqrf(raw, tau, work, len(work))
	lapack64.Orgqr(raw, tau, work, len(work))
}

// turn turns the basis q, n x m, of which b is x'q, so that its columns are the best directions in it, and returns the
// coordinates along them, the one of most variance first, and the variances.
func turn(q, b *mat.Dense) (scores *mat.Dense, variances []float64) {
	n, m := q.Dims()
	inner := mat.NewSymDense(m, nil)
	inner.SymOuterK(1, b.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(inner, true) {
		return mat.NewDense(n, m, nil), make([]float64, m)
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	ascending := eigen.Values(nil)
	variances = make([]float64, m)
	sorted := mat.NewDense(m, m, nil)
	for j := range m {
		value := max(0, ascending[m-1-j])
		variances[j] = value / float64(n)
		for i := range m {
			sorted.Set(i, j, vectors.At(i, m-1-j)*math.Sqrt(value))
		}
	}
	scores = new(mat.Dense)
	scores.Mul(q, sorted)
	return scores, variances
}

func hasSettled(before, now []float64) bool {
	if len(before) == 0 {
		return false
	}
	for i, v := range now {
		if math.Abs(v-before[i]) > settled*now[0] {
			return false
		}
	}
	return true
}
