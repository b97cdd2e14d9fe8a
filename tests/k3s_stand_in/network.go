package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"
)

// Peer is a node of the cluster as routes need it.
type Peer struct {
	Name, Address, Pods string
}

// ask reads a list of the API server into the answer.
func ask(url, authority, pair string, answer any) error {
	ca, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	own, err := tls.LoadX509KeyPair(pair+".crt", pair+".key")
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12},
	}}
	said, err := client.Get(url)
	if err != nil {
		return err
	}
	defer said.Body.Close()
	content, err := io.ReadAll(said.Body)
	if err != nil || said.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s %w", url, said.Status, err)
	}
	return json.Unmarshal(content, answer)
}

func listNodes(address, authority, pair string) ([]Peer, error) {
	list := struct {
		Items []struct {
			Metadata struct{ Name string }
			Spec     struct{ PodCIDR string }
			Status   struct {
				Addresses []struct{ Type, Address string }
			}
		}
	}{}
	if err := ask(address+"/api/v1/nodes", authority, pair, &list); err != nil {
		return nil, err
	}
	peers := []Peer{}
	for _, item := range list.Items {
		peer := Peer{Name: item.Metadata.Name, Pods: item.Spec.PodCIDR}
		for _, each := range item.Status.Addresses {
			if each.Type == "InternalIP" {
				peer.Address = each.Address
			}
		}
		peers = append(peers, peer)
	}
	return peers, nil
}

// routePods does what flannel's host-gw does: the node's own pods get addresses of its range, the
// pods of others are reached over their nodes.
func (node *Node) routePods(address string) {
	for ; ; time.Sleep(2 * time.Second) {
		peers, err := listNodes(address, node.agent("server-ca.crt"), node.agent("client-kube-proxy"))
		if err != nil {
			continue
		}
		for _, peer := range peers {
			if peer.Pods == "" || peer.Address == "" {
				continue
			}
			if peer.Name == node.name {
				err = node.writeNetwork(peer.Pods)
			} else {
				err = exec.Command("ip", "route", "replace", peer.Pods, "via", peer.Address).Run()
			}
			if err != nil {
				fmt.Printf("level=error msg=%q\n", err.Error())
			}
		}
	}
}

func (node *Node) writeNetwork(pods string) error {
	path := node.agent("etc", "cni", "net.d", "10-flannel.conflist")
	text := fmt.Sprintf(`{"cniVersion": "0.4.0", "name": "cbr0", "plugins": [
{"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
 "ipam": {"type": "host-local", "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}},
{"type": "portmap", "capabilities": {"portMappings": true}}]}
`, pods)
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return nil
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return err
	}
	return write(path, []byte(text))
}
