package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"filterscope/web/figure"
)

// announce tells who started the server where it is: the presenter's address,
// the viewers', and for their phones, on a terminal, its QR code. What viewers
// are given never has the token.
func announce(out io.Writer, a address, isTerminal bool) error {
	fmt.Fprintf(out, "Filterscope is at %s\n", a.url)
	if a.token == "" {
		_, err := fmt.Fprintf(out, "Only this computer can reach it; -addr :%d lets a room in.\n", a.port)
		return err
	}
	fmt.Fprintln(out, "Who opens this address may change runs: keep it to yourself.")
	if len(a.room) == 0 {
		_, err := fmt.Fprintln(out, "This computer has no address on a network, so nobody else can reach it yet.")
		return err
	}
	fmt.Fprintf(out, "On another device of yours it is %s\n", a.withToken(a.room[0]))
	fmt.Fprintf(out, "Viewers open %s\n", a.room[0])
	for _, other := range a.room[1:] {
		fmt.Fprintf(out, "          or %s\n", other)
	}
	if !isTerminal {
		return nil
	}
	code, err := figure.NewQR(a.room[0])
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, code.Terminal())
	return err
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
