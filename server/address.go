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
}

// addressOf returns the address of a listener that was asked for by name. Off
// loopback it has a token.
func addressOf(asked string, listening net.Addr, hosts []string) address {
	bound := listening.(*net.TCPAddr).AddrPort()
	ip := bound.Addr().Unmap()
	a := address{hosts: append(hosts, ip.String())}
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
		local := localAddresses()
		a.hosts = append(a.hosts, local...)
		shown = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		if name, err := os.Hostname(); err == nil {
			a.hosts = append(a.hosts, name)
		}
	}
	u := url.URL{Scheme: "http", Host: netip.AddrPortFrom(shown, bound.Port()).String(), Path: "/"}
	if a.token != "" {
		u.RawQuery = url.Values{"token": {a.token}}.Encode()
	}
	a.url = u.String()
	return a
}

// localAddresses returns this machine's addresses.
func localAddresses() []string {
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []string
	for _, i := range interfaces {
		if prefix, err := netip.ParsePrefix(i.String()); err == nil {
			all = append(all, prefix.Addr().String())
		}
	}
	return all
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
