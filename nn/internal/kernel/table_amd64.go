//go:build !purego

package kernel

import "golang.org/x/sys/cpu"

func supported() []*Table {
	var tables []*Table
	if x := cpu.X86; x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL {
		tables = append(tables, &Table{"avx512", avx512})
	}
	if x := cpu.X86; x.HasAVX2 && x.HasFMA && x.HasPOPCNT {
		tables = append(tables, &Table{"avx2", avx2})
	}
	return tables
}
