package figure

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a camera says that a JPEG picture is to be turned: 1 means
// not at all, up to 8 as in Exif 2.3, 4.6.4 (tag 0x0112). It is 1 where the file does not say.
func orientation(file []byte) int {
	const start, app1, scan = 0xd8, 0xe1, 0xda
	if len(file) < 2 || file[0] != 0xff || file[1] != start {
		return 1
	}
	for file = file[2:]; len(file) >= 4 && file[0] == 0xff && file[1] != scan; {
		kind, size := file[1], int(binary.BigEndian.Uint16(file[2:]))
		if size < 2 || 2+size > len(file) {
			return 1
		}
		if exif, ok := bytes.CutPrefix(file[4:2+size], []byte("Exif\x00\x00")); ok && kind == app1 {
			return exifOrientation(exif)
		}
		file = file[2+size:]
	}
	return 1
}

// exifOrientation finds the orientation in the first directory of a TIFF file.
func exifOrientation(tiff []byte) int {
	const tag, entry = 0x0112, 12
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(tiff) < 8 {
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	count := order.Uint16(tiff[at:])
	for entries := tiff[at+2:]; count > 0 && len(entries) >= entry; count, entries = count-1, entries[entry:] {
		if order.Uint16(entries) != tag {
			continue
		}
		if value := int(order.Uint16(entries[8:])); value >= 1 && value <= 8 {
			return value
		}
	}
	return 1
}

// upright turns a picture as an orientation says: 2 to 4 mirror or turn it by
// 180 degrees, 5 to 8 also change rows for columns.
func (g Gray) upright(orientation int) Gray {
	u := Gray{g.H, g.W, make([]float32, len(g.Values))}
	if orientation >= 5 {
		u.H, u.W = g.W, g.H
	}
	for i := range u.Values {
		y, x := i/u.W, i%u.W
		if orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7 {
			x = u.W - 1 - x
		}
		if orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8 {
			y = u.H - 1 - y
		}
		if orientation >= 5 {
			y, x = x, y
		}
		u.Values[i] = g.Values[y*g.W+x]
	}
	return u
}
