package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

const (
	containerdSocket = "/run/k3s/containerd/containerd.sock"
	pauseImage       = "localhost/stratum/pause:1"
	helperImage      = "localhost/stratum/base:1"
	kubeletRoot      = "/var/lib/kubelet"
)

func (node *Node) runAgent() error {
	address := node.config.text("server", "")
	if address == "" {
		return fmt.Errorf("--server is required")
	}
	if node.token.password == "" {
		return fmt.Errorf("--token is required")
	}
	if err := node.fetchIdentity(address); err != nil {
		return err
	}
	if err := node.startAgent(address); err != nil {
		return err
	}
	return node.serve()
}

// identity is what a node gets from a server: who it is, and whom it may trust.
func (node *Node) identity(name, address string) (map[string][]byte, error) {
	files := map[string][]byte{}
	client, err := readPair(node.server("tls", "client-ca"))
	if err != nil {
		return nil, err
	}
	server, err := readPair(node.server("tls", "server-ca"))
	if err != nil {
		return nil, err
	}
	files["client-ca.crt"], files["server-ca.crt"] = client.Certificate, server.Certificate
	made := map[string]func() (Pair, error){
		"client-kubelet":    func() (Pair, error) { return client.client("system:node:"+name, "system:nodes") },
		"client-kube-proxy": func() (Pair, error) { return client.client("system:kube-proxy") },
		"serving-kubelet":   func() (Pair, error) { return server.serving(name, name, address, "127.0.0.1") },
	}
	for file, make := range made {
		pair, err := make()
		if err != nil {
			return nil, err
		}
		files[file+".crt"], files[file+".key"] = pair.Certificate, pair.Key
	}
	return files, nil
}

func (node *Node) agentBootstrap(in *http.Request) (any, error) {
	return node.identity(in.URL.Query().Get("name"), in.URL.Query().Get("address"))
}

// fetchIdentity asks a server once; a node that is known already starts without one.
func (node *Node) fetchIdentity(address string) error {
	query := url.Values{"name": {node.name}, "address": {node.address}}
	return node.until("no server lets this agent in", 120, func() error {
		other, err := supervisor(address, "node", node.token)
		if err != nil {
			return err
		}
		text, err := other.call("GET", "/v1-k3s/agent-bootstrap?"+query.Encode(), nil)
		if err != nil {
			return err
		}
		files := map[string][]byte{}
		if err := json.Unmarshal(text, &files); err != nil {
			return err
		}
		return node.keep(files)
	})
}

func (node *Node) keep(files map[string][]byte) error {
	for name, content := range files {
		if err := write(node.agent(name), content); err != nil {
			return err
		}
	}
	return nil
}

func (node *Node) startAgent(address string) error {
	if exists(node.server("tls", "client-ca.key")) {
		files, err := node.identity(node.name, node.address)
		if err != nil {
			return err
		}
		if err := node.keep(files); err != nil {
			return err
		}
	}
	for _, user := range []string{"kubelet", "kube-proxy"} {
		path := node.agent(strings.ReplaceAll(user, "-", "") + ".kubeconfig")
		if err := node.writeKubeconfig(path, address, node.agent("client-"+user), "tls/server-ca.crt"); err != nil {
			return err
		}
	}
	if err := node.startContainerd(); err != nil {
		return err
	}
	go node.routePods(address)
	if err := node.startKubelet(); err != nil {
		return err
	}
	return node.startProxy()
}

func (node *Node) startContainerd() error {
	registries, err := node.writeRegistries()
	if err != nil {
		return err
	}
	text := fmt.Sprintf(`version = 2
root = %q
state = "/run/k3s/containerd"
[grpc]
  address = %q
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  restrict_oom_score_adj = true
  disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = %q
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = %q
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = %q
[plugins."io.containerd.internal.v1.opt"]
  path = %q
`, node.agent("containerd"), containerdSocket, pauseImage, node.config.text("snapshotter", "native"),
		node.agent("etc", "cni", "net.d"), registries, node.agent("containerd", "opt"))
	path := node.agent("etc", "containerd", "config.toml")
	if err := write(path, []byte(text)); err != nil {
		return err
	}
	if err := node.run("containerd", "/usr/bin/containerd", "--config", path, "--log-level", "warn"); err != nil {
		return err
	}
	ctr := []string{"/usr/bin/ctr", "--address", containerdSocket, "--namespace", "k8s.io"}
	err = node.until("containerd does not answer", 60, func() error { return call(append(ctr, "version")...) })
	if err != nil {
		return err
	}
	images, err := filepath.Glob(node.agent("images", "*.tar"))
	if err != nil {
		return err
	}
	pause := filepath.Join(node.dataDir, "data", "current", "pause.tar")
	for _, image := range append([]string{pause}, images...) {
		if err := call(append(ctr, "images", "import", "--snapshotter", node.config.text("snapshotter", "native"), image)...); err != nil {
			return err
		}
	}
	return nil
}

func (node *Node) startKubelet() error {
	labels := append([]string{}, node.config.list("node-label")...)
	text, err := json.Marshal(map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false}, "webhook": map[string]any{"enabled": true},
			"x509": map[string]any{"clientCAFile": node.agent("client-ca.crt")},
		},
		"authorization": map[string]any{"mode": "Webhook"},
		"cgroupDriver":  "cgroupfs", "clusterDNS": []string{clusterDNS}, "clusterDomain": "cluster.local",
		"containerRuntimeEndpoint": "unix://" + containerdSocket, "resolvConf": "",
		"failCgroupV1": false, "failSwapOn": false, "oomScoreAdj": 0, "makeIPTablesUtilChains": false,
		"evictionHard":                map[string]string{"memory.available": "100Mi"},
		"imageGCHighThresholdPercent": 100, "imageGCLowThresholdPercent": 99,
		"localStorageCapacityIsolation": false,
		"protectKernelDefaults":         node.config.yes("protect-kernel-defaults"),
	})
	if err != nil {
		return err
	}
	path := node.agent("etc", "kubelet.json")
	if err := write(path, text); err != nil {
		return err
	}
	flags := map[string]string{
		"config": path, "hostname-override": node.name, "kubeconfig": node.agent("kubelet.kubeconfig"),
		"node-ip": node.address, "root-dir": kubeletRoot,
		"tls-cert-file":        node.agent("serving-kubelet.crt"),
		"tls-private-key-file": node.agent("serving-kubelet.key"),
	}
	if len(labels) > 0 {
		flags["node-labels"] = strings.Join(labels, ",")
	}
	if taints := node.config.list("node-taint"); len(taints) > 0 {
		flags["register-with-taints"] = strings.Join(taints, ",")
	}
	if err := node.run("kubelet", node.program("kubelet"), node.config.arguments("kubelet-arg", flags)...); err != nil {
		return err
	}
	return node.until("kubelet is not healthy", 120, func() error {
		said, err := http.Get("http://127.0.0.1:10248/healthz")
		if err == nil {
			err = said.Body.Close()
		}
		return err
	})
}

func (node *Node) startProxy() error {
	none := map[string]any{"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "mode": "nftables",
		"clientConnection": map[string]string{"kubeconfig": node.agent("kubeproxy.kubeconfig")},
		"clusterCIDR":      node.config.text("cluster-cidr", clusterCIDR), "hostnameOverride": node.name,
		"oomScoreAdj": 0, "conntrack": none,
	})
	if err != nil {
		return err
	}
	path := node.agent("etc", "kube-proxy.json")
	if err := write(path, text); err != nil {
		return err
	}
	return node.run("kube-proxy", node.program("kube-proxy"), node.config.arguments("kube-proxy-arg", map[string]string{"config": path})...)
}
