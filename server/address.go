package main

import (
	"crypto/rand"
	"net"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"runtime"
)

// address is where the server is found and who may change what.
type address struct {
	url   string
	hosts []string // that requests may name
	token string   // needed for changes; "" on loopback
	port  uint16
	room  []string // where viewers on the network find it, the likeliest first; none on loopback
}

// addressOf returns the address of a listener that was asked for by name. Off
// loopback it has a token.
func addressOf(asked string, listening net.Addr, hosts []string) address {
	bound := listening.(*net.TCPAddr).AddrPort()
	ip := bound.Addr().Unmap()
	a := address{hosts: append(hosts, ip.String()), port: bound.Port()}
	if name, _, err := net.SplitHostPort(asked); err == nil && name != "" {
		a.hosts = append(a.hosts, name)
	}
	shown := ip
	if ip.IsLoopback() {
		a.hosts = append(a.hosts, "localhost")
	} else {
		a.token = rand.Text()
	}
	if ip.IsUnspecified() {
		a.hosts = append(a.hosts, "localhost")
		for _, i := range interfaces() {
			for _, local := range i.addresses {
				a.hosts = append(a.hosts, local.String())
			}
		}
		shown = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		if name, err := os.Hostname(); err == nil {
			a.hosts = append(a.hosts, name)
		}
	}
	for _, local := range reachable(ip, interfaces()) {
		a.room = append(a.room, pageAt(local, a.port))
	}
	a.url = a.withToken(pageAt(shown, a.port))
	return a
}

func pageAt(ip netip.Addr, port uint16) string {
	return (&url.URL{Scheme: "http", Host: netip.AddrPortFrom(ip, port).String(), Path: "/"}).String()
}

// withToken is a page's address for who may change runs.
func (a address) withToken(page string) string {
	if a.token == "" {
		return page
	}
	return page + "?" + url.Values{"token": {a.token}}.Encode()
}

// openBrowser opens an address in the default browser.
func openBrowser(address string) error {
	command := map[string][]string{
		"darwin":  {"open"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	process := exec.Command(command[0], append(command[1:], address)...)
	if err := process.Start(); err != nil {
		return err
	}
	return process.Process.Release() // the browser outlives the program
}
