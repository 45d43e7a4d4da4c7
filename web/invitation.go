package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"filterscope/web/figure"
)

// invitationJSON is how others get to look at this server's pages.
type invitationJSON struct {
	Addresses []string `json:"addresses"` // for viewers, without the token, the likeliest first
	Reachable bool     `json:"reachable"` // by others than this computer
	MayChange bool     `json:"mayChange"` // whether the asker may change runs
	Presenter string   `json:"presenter"` // the first address with the token; "" for who may not change, and where there is none
}

// invitation tells where others find this server.
func (s *Server) invitation(w http.ResponseWriter, r *http.Request) error {
	i := invitationJSON{Addresses: s.addresses(r), MayChange: s.mayChange(r)}
	i.Reachable = len(i.Addresses) > 0
	if i.Reachable && i.MayChange {
		i.Presenter = s.withToken(i.Addresses[0])
	}
	return writeJSON(w, http.StatusOK, i)
}

// invitationCode draws the QR code of one of the invitation's addresses, the
// first if none is named.
func (s *Server) invitationCode(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "address")
	if err != nil {
		return err
	}
	all := s.addresses(r)
	if len(all) == 0 {
		return notFoundf("nobody but this computer can reach this server; start it with -addr :8080 to let a room in")
	}
	address := cmp.Or(q.values.Get("address"), all[0])
	isInvited := slices.Contains(all, address) || s.mayChange(r) && address == s.withToken(all[0])
	if !isInvited {
		return badRequest("address: %q is not this server's; use one that /api/invitation names", address)
	}
	code, err := figure.NewQR(address)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(code.SVG())
	return nil
}

// addresses are where others find this server. A page that was itself opened
// from elsewhere, as through a proxy, was opened at an address that works; but a
// name without a dot may be known to this computer only, so it comes last.
func (s *Server) addresses(r *http.Request) []string {
	all := append([]string{}, s.config.Addresses...)
	if isLocalName(r.Host) {
		return all
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	this := (&url.URL{Scheme: scheme, Host: r.Host, Path: "/"}).String()
	if slices.Contains(all, this) {
		return all
	}
	if name := hostName(r.Host); !strings.ContainsAny(name, ".:") {
		return append(all, this)
	}
	return append([]string{this}, all...)
}

// isLocalName reports whether a host is this computer's name for itself.
func isLocalName(host string) bool {
	name := hostName(host)
	ip, err := netip.ParseAddr(name)
	return sameHost(name, "localhost") || err == nil && ip.IsLoopback()
}

func (s *Server) withToken(address string) string {
	if s.config.Token == "" {
		return ""
	}
	return fmt.Sprintf("%s?%s", address, url.Values{"token": {s.config.Token}}.Encode())
}

// takeToken lets a browser change runs from now on, if it knows the token, or
// none is needed.
func (s *Server) takeToken(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Token string `json:"token"`
	}
	if err := readJSON(w, r, &body); err != nil {
		return err
	}
	if s.config.Token != "" && !s.isToken(body.Token) {
		return &httpError{Status: http.StatusUnauthorized, Message: "token: it is not this server's; use the one that it printed at its start"}
	}
	s.setToken(w, r)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
