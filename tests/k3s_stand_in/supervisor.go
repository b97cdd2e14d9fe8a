package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"
)

// listen serves what K3s serves on its one port: joining, tokens, and all else to the API server.
func (node *Node) listen() error {
	clientCA, err := os.ReadFile(node.server("tls", "client-ca.crt"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(clientCA)
	serving, err := tls.LoadX509KeyPair(node.server("tls", "serving.crt"), node.server("tls", "serving.key"))
	if err != nil {
		return err
	}
	proxy, err := node.proxy()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ping", func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, "pong") })
	mux.HandleFunc("GET /cacerts", func(out http.ResponseWriter, in *http.Request) {
		http.ServeFile(out, in, node.server("tls", "server-ca.crt"))
	})
	mux.HandleFunc("GET /v1-k3s/config", node.only("node", answer(func(*http.Request) (any, error) {
		return map[string]string{"ClusterDNS": clusterDNS}, nil
	})))
	mux.HandleFunc("GET /v1-k3s/encrypt/status", node.only("server", answer(func(*http.Request) (any, error) {
		return map[string]bool{"enable": node.config.yes("secrets-encryption")}, nil
	})))
	mux.HandleFunc("GET /v1-k3s/server-bootstrap", node.only("server", answer(node.bootstrapData)))
	mux.HandleFunc("POST /v1-k3s/etcd-join", node.only("server", answer(node.join)))
	mux.HandleFunc("GET /v1-k3s/agent-bootstrap", node.only("node", answer(node.agentBootstrap)))
	mux.HandleFunc("PUT /v1-k3s/token", node.only("server", answer(node.rotate)))
	mux.Handle("/", proxy)
	server := &http.Server{
		Addr:    ":" + node.config.text("https-listen-port", serverPort),
		Handler: mux,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{serving},
			ClientAuth:   tls.VerifyClientCertIfGiven,
			ClientCAs:    pool,
			MinVersion:   tls.VersionTLS12,
		},
	}
	go func() { node.children <- server.ListenAndServeTLS("", "") }()
	return nil
}

// only lets those in that log in as `server`, or for `node` with either password.
func (node *Node) only(role string, handler http.HandlerFunc) http.HandlerFunc {
	return func(out http.ResponseWriter, in *http.Request) {
		user, password, _ := in.BasicAuth()
		server, err := etcdGet(tokenKey)
		if err != nil {
			http.Error(out, err.Error(), http.StatusServiceUnavailable)
			return
		}
		allowed := user == "server" && digest(password) == server
		if role == "node" && user == "node" {
			allowed = password == node.agentToken || (node.agentToken == "" && digest(password) == server)
		}
		if !allowed {
			http.Error(out, "Unauthorized", http.StatusUnauthorized)
			return
		}
		handler(out, in)
	}
}

func answer(work func(*http.Request) (any, error)) http.HandlerFunc {
	return func(out http.ResponseWriter, in *http.Request) {
		value, err := work(in)
		if err != nil {
			http.Error(out, err.Error(), http.StatusConflict)
			return
		}
		out.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(out).Encode(value)
	}
}

func (node *Node) join(in *http.Request) (any, error) {
	asked := struct{ Name, PeerURL string }{}
	if err := json.NewDecoder(in.Body).Decode(&asked); err != nil {
		return nil, err
	}
	nodes, err := node.nodeNames()
	if err != nil {
		return nil, err
	}
	initial, err := node.addMember(asked.Name, asked.PeerURL, nodes)
	return map[string]string{"members": initial}, err
}

func (node *Node) rotate(in *http.Request) (any, error) {
	asked := struct {
		NewToken string `json:"newToken"`
	}{}
	if err := json.NewDecoder(in.Body).Decode(&asked); err != nil {
		return nil, err
	}
	if err := etcdPut(tokenKey, digest(asked.NewToken)); err != nil {
		return nil, err
	}
	node.token.password = asked.NewToken
	return map[string]string{}, node.writeTokens()
}

// proxy hands requests to the API server: who came with a certificate is named in the headers that
// the API server believes from this proxy alone; who came with a token keeps it.
func (node *Node) proxy() (http.Handler, error) {
	ours, err := tls.LoadX509KeyPair(node.server("tls", "auth-proxy.crt"), node.server("tls", "auth-proxy.key"))
	if err != nil {
		return nil, err
	}
	pool, err := node.authorities()
	if err != nil {
		return nil, err
	}
	target := &url.URL{Scheme: "https", Host: "127.0.0.1:" + apiPort}
	transport := func(certificates ...tls.Certificate) *http.Transport {
		return &http.Transport{
			TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: certificates, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: false,
			TLSNextProto:      map[string]func(string, *tls.Conn) http.RoundTripper{},
		}
	}
	named, plain := transport(ours), transport()
	return http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		for header := range in.Header {
			if strings.HasPrefix(header, "X-Remote-") {
				in.Header.Del(header)
			}
		}
		handler := httputil.NewSingleHostReverseProxy(target)
		handler.FlushInterval = -1
		handler.Transport = plain
		if in.TLS != nil && len(in.TLS.PeerCertificates) > 0 {
			subject := in.TLS.PeerCertificates[0].Subject
			in.Header.Set("X-Remote-User", subject.CommonName)
			in.Header["X-Remote-Group"] = subject.Organization
			handler.Transport = named
		}
		handler.ServeHTTP(out, in)
	}), nil
}

func (node *Node) authorities() (*x509.CertPool, error) {
	text, err := os.ReadFile(node.server("tls", "server-ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool, nil
}

// Supervisor is another server's port, as one that joins sees it.
type Supervisor struct {
	address, user, password string
	client                  *http.Client
	authority               []byte
}

// supervisor trusts a server by the digest in a full token; with a short one whoever answers.
func supervisor(address, user string, token Token) (*Supervisor, error) {
	blind := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
	}}
	found := &Supervisor{address: strings.TrimRight(address, "/"), client: blind}
	authority, err := found.call("GET", "/cacerts", nil)
	if err != nil {
		return nil, err
	}
	if token.authority != "" && token.authority != digest(string(authority)) {
		return nil, fmt.Errorf("token CA hash does not match the Cluster CA certificate hash: %s != %s",
			token.authority, digest(string(authority)))
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	found.authority = authority
	found.user, found.password = user, token.password
	found.client = &http.Client{Timeout: 60 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}}
	return found, nil
}

func (other *Supervisor) call(method, path string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(method, other.address+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if other.user != "" {
		request.SetBasicAuth(other.user, other.password)
	}
	said, err := other.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer said.Body.Close()
	content, err := io.ReadAll(said.Body)
	if err == nil && said.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s%s: %s: %s", other.address, path, said.Status, strings.TrimSpace(string(content)))
	}
	return content, err
}
