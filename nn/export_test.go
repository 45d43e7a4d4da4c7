package nn

import (
	"testing"

	"filterscope/nn/internal/kernel"
)

// EachKernel runs a test with every table of kernels that this machine supports.
func EachKernel(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	before := table
	t.Cleanup(func() { table = before })
	for _, k := range kernel.Tables() {
		table = func() *kernel.Table { return k }
		t.Run(k.Name, test)
	}
}
