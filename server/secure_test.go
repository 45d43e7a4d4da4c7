//go:build linux

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// certify writes the certificate of a server on loopback, which is its own authority, and its key.
func certify(t *testing.T, folder string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "loopback"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	return write("certificate.pem", "CERTIFICATE", public), write("key.pem", "PRIVATE KEY", secret)
}

// must returns a value that can be had.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// authorize returns what a NATS server must know of an account with JetStream, and the credentials of one of its users.
func authorize(t *testing.T) (config, credentials string) {
	t.Helper()
	operator, system, account, user := must(nkeys.CreateOperator()), must(nkeys.CreateAccount()), must(nkeys.CreateAccount()), must(nkeys.CreateUser())
	operatorClaims := jwt.NewOperatorClaims(must(operator.PublicKey()))
	accountClaims := jwt.NewAccountClaims(must(account.PublicKey()))
	accountClaims.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: jwt.NoLimit, DiskStorage: jwt.NoLimit, Streams: jwt.NoLimit, Consumer: jwt.NoLimit}
	userClaims := jwt.NewUserClaims(must(user.PublicKey()))
	systemName, accountName := must(system.PublicKey()), must(account.PublicKey())
	config = fmt.Sprintf("operator: %s\nsystem_account: %s\nresolver: MEMORY\nresolver_preload: { %s: %s, %s: %s }\n",
		must(operatorClaims.Encode(operator)), systemName,
		systemName, must(jwt.NewAccountClaims(systemName).Encode(operator)), accountName, must(accountClaims.Encode(operator)))
	return config, string(must(jwt.FormatUserConfig(must(userClaims.Encode(account)), must(user.Seed()))))
}

// A cluster that wants TLS and credentials gets them, whoever has none gets a sentence, and a run without a trainer says so.
func TestSecureCluster(t *testing.T) {
	folder := t.TempDir()
	certificate, key := certify(t, folder)
	accounts, credentials := authorize(t)
	config, creds := filepath.Join(folder, "nats.conf"), filepath.Join(folder, "user.creds")
	text := fmt.Sprintf("%stls { cert_file: %q, key_file: %q }\n", accounts, certificate, key)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(creds, []byte(credentials), 0o600); err != nil {
		t.Fatal(err)
	}
	c := clusterOf(&cluster{
		T: t, scheme: "tls", store: t.TempDir(), config: config,
		flags: []string{"-creds", creds}, environment: []string{"SSL_CERT_FILE=" + certificate},
	})

	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	for _, stranger := range []struct {
		flags, environment []string
		want               string
	}{
		{nil, c.environment, "Authorization"},
		{c.flags, nil, "certificate"},
	} {
		command := exec.Command(file, append([]string{"-role", "train", "-nats", c.url()}, stranger.flags...)...)
		command.Env = append(os.Environ(), stranger.environment...)
		out, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(out), stranger.want) || !strings.Contains(string(out), "-nats "+c.url()) {
			t.Errorf("flags %v: %v, %s; want a sentence with %q", stranger.flags, err, out, stranger.want)
		}
	}

	web, trainer := c.member("web"), c.member("train")
	id := c.start(web, 1, "100")
	c.wait("step 30", func() bool { return c.run(web, id).Step > 30 })
	kill(trainer.Cmd)
	c.wait("the word that the trainer is gone", func() bool {
		run := c.run(web, id)
		return run.State == "stalled" && strings.Contains(run.Message, "trainer is gone")
	})
	c.member("train")
	c.check(web, id, 469)
}
