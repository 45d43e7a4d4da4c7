//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

func supported() []*Table {
	if !cpu.ARM64.HasASIMD {
		return nil
	}
	return []*Table{{"neon", neon}}
}
