package kernel

// Lanes is how many sums the inner loop keeps in registers: output channels are handled in blocks of Lanes.
const Lanes = 8

// Slack is how many floats a buffer must have behind its last image, because blocks of Lanes, or vectors, may read (never write) past a row's end.
const Slack = widest

// Map is the layout of one image's values in a buffer: H x W pixels of C channels, channels innermost,
// inside a border of Border pixels on every side that are always zero.
type Map struct{ H, W, C, Border int }

// Row is the number of floats from one row to the next.
func (m Map) Row() int { return (m.W + 2*m.Border) * m.C }

// Len is the number of floats of one image, border included.
func (m Map) Len() int { return (m.H + 2*m.Border) * m.Row() }

// Origin is the place of the first interior value.
func (m Map) Origin() int { return m.Border * (m.Row() + m.C) }

// Inside is the map without its border.
func (m Map) Inside() Map { return Map{H: m.H, W: m.W, C: m.C} }

func roundUp(n int) int { return (n + Lanes - 1) / Lanes * Lanes }
