package main

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// An iface is a network interface of this machine that is up.
type iface struct {
	name      string
	addresses []netip.Addr
}

// interfaces returns this machine's, or none if the system does not tell.
func interfaces() []iface {
	all, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var found []iface
	for _, one := range all {
		addresses, err := one.Addrs()
		if err != nil || one.Flags&net.FlagUp == 0 {
			continue
		}
		i := iface{name: one.Name}
		for _, address := range addresses {
			if prefix, err := netip.ParsePrefix(address.String()); err == nil {
				i.addresses = append(i.addresses, prefix.Addr().Unmap())
			}
		}
		found = append(found, i)
	}
	return found
}

// maxRoom bounds the addresses that are told.
const maxRoom = 4

// reachable returns the addresses at which others on the network find a server
// that listens on an address, the likeliest first: IPv4 before IPv6, which
// people cannot type, and what belongs to containers, virtual machines and
// tunnels last. A server on loopback has none.
func reachable(listening netip.Addr, interfaces []iface) []netip.Addr {
	if listening.IsLoopback() {
		return nil
	}
	if !listening.IsUnspecified() {
		return []netip.Addr{listening.WithZone("")}
	}
	type place struct {
		ip        netip.Addr
		isVirtual bool
	}
	var places []place
	for _, i := range interfaces {
		for _, ip := range i.addresses {
			isServed := ip.Is4() || listening.Is6()
			if isServed && ip.IsGlobalUnicast() {
				places = append(places, place{ip, isVirtual(i.name)})
			}
		}
	}
	slices.SortStableFunc(places, func(a, b place) int {
		return cmp.Or(order(b.ip.Is4(), a.ip.Is4()), order(a.isVirtual, b.isVirtual))
	})
	var best []netip.Addr
	for _, p := range places[:min(len(places), maxRoom)] {
		best = append(best, p.ip)
	}
	return best
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// virtual are how the names begin of interfaces whose networks no phone in the
// room is in.
var virtual = []string{"docker", "br-", "veth", "virbr", "cni", "flannel", "podman", "vmnet", "vboxnet", "vEthernet", "tun", "utun", "tap", "wg", "tailscale", "zt"}

func isVirtual(name string) bool {
	return slices.ContainsFunc(virtual, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
