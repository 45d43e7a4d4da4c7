package web

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// policy lets the page load from this server only, and run no inline script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// tokenCookie names the cookie with the control token of a browser that opened
// the page with ?token=. Cookies are shared by all ports of a host, so the name
// has the port.
func tokenCookie(r *http.Request) string {
	_, port, _ := net.SplitHostPort(r.Host)
	return "filterscope-token-" + port
}

// keepToken moves a control token from the page's address to a cookie and
// redirects to the address without it; false means that there is none.
func (s *Server) keepToken(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	token := query.Get("token")
	if !query.Has("token") {
		return false
	}
	if s.isToken(token) {
		s.setToken(w, r)
	}
	query.Del("token")
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, (&url.URL{Path: r.URL.Path, RawQuery: query.Encode()}).String(), http.StatusSeeOther)
	return true
}

// setToken gives a browser the cookie with the control token.
func (s *Server) setToken(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: tokenCookie(r), Value: s.config.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

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
	if changes(r) && !s.mayChange(r) {
		return &httpError{Status: http.StatusUnauthorized, Message: "changes need the control token that the server printed at its start: open the page with ?token=, or send it as a bearer token"}
	}
	return nil
}

// changes reports whether a request changes anything. A question about an input
// or a configuration does not, although it is a POST, and neither does the token
// itself.
func changes(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead && !isQuestion(r)
}

func isQuestion(r *http.Request) bool {
	return r.Method == http.MethodPost && slices.Contains(questions, r.URL.Path) || mapsQuestion.MatchString(r.URL.Path)
}

// The paths of questions, also for the token.
var (
	questions    = []string{"/api/predict", "/api/explain", "/api/belief", "/api/nearest", "/api/picture", "/api/token", "/api/runs/check"}
	mapsQuestion = regexp.MustCompile(`^/api/runs/[^/]+/steps/[^/]+/maps/[^/]+$`)
)

// isHost reports whether a Host header names this server.
func (s *Server) isHost(host string) bool {
	name := hostName(host)
	return slices.ContainsFunc(s.config.Hosts, func(allowed string) bool { return sameHost(name, allowed) })
}

// hostName is a Host header without its port.
func hostName(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		return strings.Trim(host, "[]")
	}
	return name
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

// mayChange reports whether a request may change anything.
func (s *Server) mayChange(r *http.Request) bool {
	if s.config.Token == "" {
		return true
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return s.isToken(bearer)
	}
	cookie, err := r.Cookie(tokenCookie(r))
	return err == nil && s.isToken(cookie.Value)
}
