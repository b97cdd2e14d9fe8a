package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	serverPort   = "6443"
	apiPort      = "6444"
	clusterCIDR  = "10.42.0.0/16"
	serviceCIDR  = "10.43.0.0/16"
	firstService = "10.43.0.1"
	clusterDNS   = "10.43.0.10"
)

// Node is what this machine is in the cluster.
type Node struct {
	config     Config
	name       string
	address    string
	dataDir    string
	token      Token
	agentToken string
	children   chan error
}

// Token is a password, with the digest of the authority that it is for where it is in full.
type Token struct {
	authority string
	password  string
}

func parseToken(text string) Token {
	rest, full := strings.CutPrefix(text, "K10")
	authority, login, found := strings.Cut(rest, "::")
	if !full || !found {
		return Token{password: text}
	}
	_, password, _ := strings.Cut(login, ":")
	return Token{authority: authority, password: password}
}

func newNode(config Config) (*Node, error) {
	hostname, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	address, err := ownAddress()
	if err != nil {
		return nil, err
	}
	node := &Node{
		config:   config,
		name:     config.text("node-name", hostname),
		address:  config.text("node-ip", address),
		dataDir:  config.text("data-dir", defaultDataDir),
		children: make(chan error, 16),
	}
	token, err := config.secret("token")
	if err != nil {
		return nil, err
	}
	node.token = parseToken(token)
	agentToken, err := config.secret("agent-token")
	node.agentToken = parseToken(agentToken).password
	return node, err
}

// ownAddress is the first address that is not of loopback or of pods.
func ownAddress() (string, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "", err
	}
	for _, entry := range addresses {
		network, is := entry.(*net.IPNet)
		if is && network.IP.To4() != nil && !network.IP.IsLoopback() && !strings.HasPrefix(network.IP.String(), "10.42.") {
			return network.IP.String(), nil
		}
	}
	return "", fmt.Errorf("this machine has no address: give node-ip")
}

func (node *Node) server(parts ...string) string {
	return filepath.Join(append([]string{node.dataDir, "server"}, parts...)...)
}

func (node *Node) agent(parts ...string) string {
	return filepath.Join(append([]string{node.dataDir, "agent"}, parts...)...)
}

func (node *Node) program(name string) string {
	return filepath.Join(node.dataDir, "data", "current", "bin", name)
}

func random() (string, error) {
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	return hex.EncodeToString(bytes), err
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func call(words ...string) error {
	said, err := exec.Command(words[0], words[1:]...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, said)
	}
	return nil
}
