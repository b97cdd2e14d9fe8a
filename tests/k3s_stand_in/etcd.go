package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	etcdURL = "http://127.0.0.1:2379"
	// Digest of the token, where the real one keeps its bootstrap data encrypted with the token.
	tokenKey = "/bootstrap/token"
)

// Member is one of etcd's.
type Member struct {
	ID       string   `json:"ID"`
	Name     string   `json:"name"`
	PeerURLs []string `json:"peerURLs"`
}

func (node *Node) peerURL() string { return "http://" + node.address + ":2380" }

func (node *Node) hasData() bool {
	_, err := os.Stat(node.server("db", "etcd", "member"))
	return err == nil
}

// startEtcd takes all members where this one joins others; else it is the first, or has its data.
func (node *Node) startEtcd(members string) error {
	state := "new"
	if members != "" {
		state = "existing"
	} else {
		members = node.name + "=" + node.peerURL()
	}
	flags := map[string]string{
		"name": node.name, "data-dir": node.server("db", "etcd"),
		"listen-client-urls": etcdURL, "advertise-client-urls": etcdURL,
		"listen-peer-urls": node.peerURL(), "initial-advertise-peer-urls": node.peerURL(),
		"initial-cluster": members, "initial-cluster-state": state,
		"log-level": "warn", "unsafe-no-fsync": "true", "heartbeat-interval": "300", "election-timeout": "3000",
	}
	if err := os.MkdirAll(node.server("db", "etcd"), 0o700); err != nil {
		return err
	}
	if err := node.run("etcd", node.program("etcd"), node.config.arguments("etcd-arg", flags)...); err != nil {
		return err
	}
	return node.until("etcd does not answer", 120, func() error {
		_, err := etcdGet(tokenKey)
		return err
	})
}

func etcdCall(path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 10 * time.Second}
	said, err := client.Post(etcdURL+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer said.Body.Close()
	content, err := io.ReadAll(said.Body)
	if err != nil {
		return err
	}
	if said.StatusCode != http.StatusOK {
		return fmt.Errorf("etcd answers %s: %s", said.Status, content)
	}
	return json.Unmarshal(content, answer)
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func etcdGet(key string) (string, error) {
	answer := struct {
		Kvs []struct {
			Value []byte `json:"value"`
		} `json:"kvs"`
	}{}
	if err := etcdCall("/v3/kv/range", map[string]string{"key": encoded(key)}, &answer); err != nil {
		return "", err
	}
	if len(answer.Kvs) == 0 {
		return "", nil
	}
	return string(answer.Kvs[0].Value), nil
}

func etcdPut(key, value string) error {
	return etcdCall("/v3/kv/put", map[string]string{"key": encoded(key), "value": encoded(value)}, &struct{}{})
}

func members() ([]Member, error) {
	answer := struct {
		Members []Member `json:"members"`
	}{}
	return answer.Members, etcdCall("/v3/cluster/member/list", map[string]bool{"linearizable": true}, &answer)
}

// addMember makes room for a server; members whose node was deleted are removed before, as the real
// one does. A name that is taken is refused in its words.
func (node *Node) addMember(name, peerURL string, nodes []string) (string, error) {
	known, err := members()
	if err != nil {
		return "", err
	}
	initial := []string{name + "=" + peerURL}
	for _, member := range known {
		if member.Name != node.name && !contains(nodes, member.Name) {
			if err := etcdCall("/v3/cluster/member/remove", map[string]string{"ID": member.ID}, &struct{}{}); err != nil {
				return "", err
			}
			continue
		}
		if member.Name == name {
			return "", fmt.Errorf("duplicate node name found, please set a unique name for this node")
		}
		initial = append(initial, member.Name+"="+strings.Join(member.PeerURLs, ","))
	}
	err = etcdCall("/v3/cluster/member/add", map[string][]string{"peerURLs": {peerURL}}, &struct{}{})
	return strings.Join(initial, ","), err
}

func contains(names []string, name string) bool {
	for _, each := range names {
		if each == name {
			return true
		}
	}
	return false
}

func (node *Node) snapshots(name string) string {
	folder := node.config.text("etcd-snapshot-dir", node.server("db", "snapshots"))
	return filepath.Join(folder, name)
}

// snapshot streams etcd's database into a file; it comes in lines of JSON.
func (node *Node) snapshot(kind string) (string, error) {
	path := node.snapshots(fmt.Sprintf("%s-%s-%d", kind, node.name, time.Now().Unix()))
	said, err := http.Post(etcdURL+"/v3/maintenance/snapshot", "application/json", strings.NewReader("{}"))
	if err != nil {
		return path, err
	}
	defer said.Body.Close()
	database := []byte{}
	decoder := json.NewDecoder(bufio.NewReader(said.Body))
	for {
		line := struct {
			Result struct {
				Blob []byte `json:"blob"`
			} `json:"result"`
		}{}
		if err := decoder.Decode(&line); err == io.EOF {
			break
		} else if err != nil {
			return path, err
		}
		database = append(database, line.Result.Blob...)
	}
	return path, write(path, database)
}
