package web

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy lets the page load from this server only, and run no inline script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// tokenCookie carries the control token of a browser that opened the page
// with ?token=.
const tokenCookie = "filterscope-token"

// guard refuses requests to a foreign host name (DNS rebinding), changes from
// another origin, and changes without the control token where one is set.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if err := s.check(origin, r); err != nil {
			s.fail(w, r, err)
			return
		}
		if token := r.URL.Query().Get("token"); token != "" && s.isToken(token) {
			http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) check(origin *http.CrossOriginProtection, r *http.Request) error {
	if !s.isHost(r.Host) {
		return &httpError{Status: http.StatusMisdirectedRequest, Message: "this server does not answer to the host name " + r.Host + "; start it with -host to allow the name"}
	}
	if err := origin.Check(r); err != nil {
		return &httpError{Status: http.StatusForbidden, Message: "changes from another origin are refused", err: err}
	}
	if s.config.Token != "" && changes(r) && !s.hasToken(r) {
		return &httpError{Status: http.StatusUnauthorized, Message: "changes need the control token that the server printed at its start: open the page with ?token=, or send it as a bearer token"}
	}
	return nil
}

// changes reports whether a request changes anything. A prediction does not.
func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && r.URL.Path != "/api/predict"
}

// isHost reports whether a Host header names this server.
func (s *Server) isHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	return slices.ContainsFunc(s.config.Hosts, func(allowed string) bool { return sameHost(name, allowed) })
}

func sameHost(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX == nil && errY == nil {
		return x.Unmap().WithZone("") == y.Unmap().WithZone("")
	}
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

func (s *Server) isToken(token string) bool {
	return s.config.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.config.Token)) == 1
}

func (s *Server) hasToken(r *http.Request) bool {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.isToken(bearer)
	}
	cookie, err := r.Cookie(tokenCookie)
	return err == nil && s.isToken(cookie.Value)
}
