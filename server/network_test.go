package main

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parseInterfaces reads interfaces as "name address address, name address".
func parseInterfaces(text string) []iface {
	var all []iface
	for one := range strings.SplitSeq(text, ", ") {
		words := strings.Fields(one)
		i := iface{name: words[0]}
		for _, word := range words[1:] {
			i.addresses = append(i.addresses, netip.MustParseAddr(word))
		}
		all = append(all, i)
	}
	return all
}

func TestAddressesForTheRoom(t *testing.T) {
	for _, c := range []struct{ name, listening, interfaces, want string }{
		{"loopback", "127.0.0.1", "lo 127.0.0.1 ::1, eth0 192.168.1.5", ""},
		{"loopback of IPv6", "::1", "lo 127.0.0.1 ::1, eth0 192.168.1.5", ""},
		{"one address that was asked for", "192.168.1.5", "lo 127.0.0.1, eth0 192.168.1.5, wlan0 10.0.0.7", "192.168.1.5"},
		{"all of a laptop", "::", "lo 127.0.0.1 ::1, wlan0 fe80::1 2001:db8::5 192.168.1.5", "192.168.1.5 2001:db8::5"},
		{"only IPv4 is listened on", "0.0.0.0", "wlan0 2001:db8::5 192.168.1.5", "192.168.1.5"},
		{"no lease: link-local only", "::", "lo 127.0.0.1, wlan0 fe80::1 169.254.3.4", ""},
		{"containers and tunnels last", "0.0.0.0", "docker0 172.17.0.1, br-12ab 172.18.0.1, utun3 10.9.0.2, en0 192.168.1.5", "192.168.1.5 172.17.0.1 172.18.0.1 10.9.0.2"},
		{"a container has only its own", "0.0.0.0", "lo 127.0.0.1, eth0 172.17.0.2", "172.17.0.2"},
		{"IPv4 of a tunnel before IPv6", "::", "en0 2001:db8::5, wg0 10.9.0.2", "10.9.0.2 2001:db8::5"},
		{"wire and air in the system's order", "0.0.0.0", "eth0 10.0.0.7, wlan0 192.168.1.5", "10.0.0.7 192.168.1.5"},
		{"not more than can be read", "0.0.0.0", "eth0 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4"},
	} {
		var got []string
		for _, ip := range reachable(netip.MustParseAddr(c.listening), parseInterfaces(c.interfaces)) {
			got = append(got, ip.String())
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
