package main

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

func announced(t *testing.T, a address, isTerminal bool) []string {
	t.Helper()
	var out bytes.Buffer
	if err := announce(&out, a, isTerminal); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestServerSaysWhereItIs(t *testing.T) {
	lines := announced(t, addressOf("127.0.0.1:8123", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8123}, nil), true)
	if len(lines) != 2 || lines[0] != "Filterscope is at http://127.0.0.1:8123/" || !strings.Contains(lines[1], "-addr :8123") {
		t.Errorf("on loopback it says %q", lines)
	}

	a := addressOf(":8123", &net.TCPAddr{IP: net.IPv6zero, Port: 8123}, nil)
	a.room = []string{"http://192.168.1.5:8123/", "http://10.0.0.7:8123/"}
	lines = announced(t, a, false)
	if lines[0] != "Filterscope is at http://127.0.0.1:8123/?token="+a.token {
		t.Errorf("the presenter's address is %q", lines[0])
	}
	if lines[2] != "On another device of yours it is http://192.168.1.5:8123/?token="+a.token {
		t.Errorf("the presenter's phone is told %q", lines[2])
	}
	if len(lines) != 5 || lines[3] != "Viewers open http://192.168.1.5:8123/" || strings.TrimSpace(lines[4]) != "or http://10.0.0.7:8123/" {
		t.Errorf("viewers are told %q", lines[3:])
	}
	// The code is for terminals only: in a file it would be noise.
	onTerminal := announced(t, a, true)
	if len(onTerminal) < len(lines)+15 || !strings.Contains(onTerminal[len(lines)+5], "█") {
		t.Errorf("a terminal gets no code: %q", onTerminal[len(lines):])
	}

	a.room = nil
	if lines := announced(t, a, true); !strings.Contains(lines[len(lines)-1], "no address on a network") {
		t.Errorf("without a network it says %q", lines)
	}
}
