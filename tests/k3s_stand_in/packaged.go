package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// What K3s brings along, for clusters whose products need names, volumes and a way in. It runs on the
// server that started the cluster, as processes; `disable` leaves it out as with K3s.
func (node *Node) startPackaged() error {
	disabled := node.config.list("disable")
	components := []struct {
		name  string
		start func() error
	}{{"coredns", node.startNames}, {"local-storage", node.startStorage}, {"servicelb", node.startBalancing}}
	for _, component := range components {
		if slices.Contains(disabled, component.name) {
			continue
		}
		if err := component.start(); err != nil {
			return fmt.Errorf("%s: %w", component.name, err)
		}
	}
	return nil
}

const namesPort = "1053"

// startNames resolves the cluster's own names and none beyond it.
func (node *Node) startNames() error {
	corefile := fmt.Sprintf(".:%s {\n bind %s\n errors\n kubernetes cluster.local in-addr.arpa {\n"+
		"  kubeconfig %s\n  ttl 5\n }\n cache 5\n}\n", namesPort, node.address, kubeconfigFile)
	path := node.server("etc", "Corefile")
	if err := write(path, []byte(corefile)); err != nil {
		return err
	}
	if err := node.apply([]byte(fmt.Sprintf(namesService, clusterDNS, node.address))); err != nil {
		return err
	}
	return node.run("coredns", node.program("coredns"), "-conf", path)
}

const namesService = `apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  clusterIP: %s
  ports: [{name: dns, port: 53, targetPort: ` + namesPort + `, protocol: UDP},
    {name: dns-tcp, port: 53, targetPort: ` + namesPort + `, protocol: TCP}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kube-dns, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
addressType: IPv4
endpoints: [{addresses: ["%s"], conditions: {ready: true}}]
ports: [{name: dns, port: ` + namesPort + `, protocol: UDP}, {name: dns-tcp, port: ` + namesPort + `, protocol: TCP}]
`

// startStorage makes volumes; the image of its helper pods comes from a mirror, or as an
// archive in agent/images.
func (node *Node) startStorage() error {
	manifest, err := os.ReadFile(filepath.Join(node.dataDir, "data", "current", "storage.yaml"))
	if err != nil {
		return err
	}
	if err := node.apply(manifest); err != nil {
		return err
	}
	return node.run("local-path-provisioner", node.program("local-path-provisioner"), "start",
		"--kubeconfig="+kubeconfigFile, "--helper-image="+helperImage)
}

// startBalancing lets Services of the type LoadBalancer be reached under the nodes' addresses, as K3s
// does with pods of its own; here kube-proxy does it once their status names these.
func (node *Node) startBalancing() error {
	go func() {
		for ; ; time.Sleep(2 * time.Second) {
			if err := node.balance(); err != nil {
				fmt.Printf("level=error msg=%q\n", err.Error())
			}
		}
	}()
	return nil
}

// Reached says where a Service of the type LoadBalancer answers.
type Reached struct {
	IP string `json:"ip"`
}

func (node *Node) balance() error {
	api, pair, authority := "https://127.0.0.1:"+apiPort, node.server("tls", "client-admin"), node.server("tls", "server-ca.crt")
	peers, err := listNodes(api, authority, pair)
	if err != nil {
		return err
	}
	wanted := []Reached{}
	for _, peer := range peers {
		wanted = append(wanted, Reached{peer.Address})
	}
	services := struct {
		Items []struct {
			Metadata struct{ Name, Namespace string }
			Spec     struct{ Type string }
			Status   struct {
				LoadBalancer struct{ Ingress []Reached }
			}
		}
	}{}
	if err := ask(api+"/api/v1/services", authority, pair, &services); err != nil {
		return err
	}
	status, err := json.Marshal(map[string]any{"status": map[string]any{"loadBalancer": map[string]any{"ingress": wanted}}})
	if err != nil {
		return err
	}
	for _, service := range services.Items {
		if service.Spec.Type != "LoadBalancer" || slices.Equal(service.Status.LoadBalancer.Ingress, wanted) {
			continue
		}
		err := node.asAdmin(nil, "patch", "service", service.Metadata.Name, "--namespace="+service.Metadata.Namespace,
			"--subresource=status", "--type=merge", "--patch="+string(status))
		if err != nil {
			return err
		}
	}
	return nil
}

func (node *Node) apply(manifest []byte) error {
	return node.asAdmin(manifest, "apply", "--server-side", "--force-conflicts", "--filename=-")
}

func (node *Node) asAdmin(given []byte, words ...string) error {
	command := exec.Command(node.program("kubectl"), append([]string{"--kubeconfig=" + kubeconfigFile}, words...)...)
	command.Stdin = bytes.NewReader(given)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w: %s", strings.Join(words, " "), err, said)
	}
	return nil
}
