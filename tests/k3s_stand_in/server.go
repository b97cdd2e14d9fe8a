package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// What every server of a cluster has the same.
var shared = []string{
	"tls/server-ca.crt", "tls/server-ca.key", "tls/client-ca.crt", "tls/client-ca.key",
	"tls/request-header-ca.crt", "tls/request-header-ca.key", "tls/service.key",
	"cred/encryption-config.json",
}

func (node *Node) runServer() error {
	join, data := node.config.text("server", ""), node.hasData()
	if node.token.password == "" && !data {
		text, err := random()
		if err != nil {
			return err
		}
		node.token.password = text
	}
	initial, err := node.bootstrap(join, data)
	if err != nil {
		return err
	}
	if err := node.writeCertificates(); err != nil {
		return err
	}
	if err := node.startEtcd(initial); err != nil {
		return err
	}
	if err := node.checkToken(); err != nil {
		return err
	}
	if err := node.listen(); err != nil {
		return err
	}
	if err := node.startControlPlane(); err != nil {
		return err
	}
	if err := node.writeTokens(); err != nil {
		return err
	}
	if err := node.startAgent("https://127.0.0.1:" + node.config.text("https-listen-port", serverPort)); err != nil {
		return err
	}
	if join == "" {
		if err := node.startPackaged(); err != nil {
			return err
		}
	}
	return node.serve()
}

// bootstrap has the authorities: its own from before, those of the cluster it joins, or new ones.
func (node *Node) bootstrap(join string, data bool) (string, error) {
	if data {
		return "", nil
	}
	if join == "" {
		return "", node.newAuthorities()
	}
	other, err := supervisor(join, "server", node.token)
	if err != nil {
		return "", err
	}
	text, err := other.call("GET", "/v1-k3s/server-bootstrap", nil)
	if err != nil {
		return "", err
	}
	files := map[string][]byte{}
	if err := json.Unmarshal(text, &files); err != nil {
		return "", err
	}
	for name, content := range files {
		if err := write(node.server(name), content); err != nil {
			return "", err
		}
	}
	asked := map[string]string{"Name": node.name, "PeerURL": node.peerURL()}
	text, err = other.call("POST", "/v1-k3s/etcd-join", asked)
	if err != nil {
		return "", err
	}
	answer := struct {
		Members string `json:"members"`
	}{}
	err = json.Unmarshal(text, &answer)
	return answer.Members, err
}

func (node *Node) newAuthorities() error {
	for _, name := range []string{"server", "client", "request-header"} {
		authority, err := newAuthority("k3s-" + name + "-ca")
		if err != nil {
			return err
		}
		if err := authority.write(node.server("tls", name+"-ca")); err != nil {
			return err
		}
	}
	key, err := newKey()
	if err != nil {
		return err
	}
	if err := write(node.server("tls", "service.key"), key); err != nil {
		return err
	}
	if !node.config.yes("secrets-encryption") {
		return nil
	}
	text, err := random()
	if err != nil {
		return err
	}
	return write(node.server("cred", "encryption-config.json"), encryption(text))
}

func encryption(key string) []byte {
	secret := base64.StdEncoding.EncodeToString([]byte(key)) // 32 bytes
	return []byte(`{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[` +
		`{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"aescbckey","secret":"` + secret + `"}]}},` +
		`{"identity":{}}]}]}`)
}

func (node *Node) bootstrapData(*http.Request) (any, error) {
	files := map[string][]byte{}
	for _, name := range shared {
		content, err := os.ReadFile(node.server(name))
		if err == nil {
			files[name] = content
		}
	}
	return files, nil
}

func (node *Node) writeCertificates() error {
	authorities := map[string]Pair{}
	for _, name := range []string{"server", "client", "request-header"} {
		authority, err := readPair(node.server("tls", name+"-ca"))
		if err != nil {
			return err
		}
		authorities[name] = authority
	}
	names := append([]string{
		node.name, node.address, "127.0.0.1", "localhost", firstService, "kubernetes", "kubernetes.default",
		"kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}, node.config.list("tls-san")...)
	made := map[string]func() (Pair, error){
		"serving":           func() (Pair, error) { return authorities["server"].serving("k3s", names...) },
		"auth-proxy":        func() (Pair, error) { return authorities["request-header"].client("system:auth-proxy") },
		"client-admin":      func() (Pair, error) { return authorities["client"].client("system:admin", "system:masters") },
		"client-apiserver":  func() (Pair, error) { return authorities["client"].client("kube-apiserver", "system:masters") },
		"client-controller": func() (Pair, error) { return authorities["client"].client("system:kube-controller-manager") },
		"client-scheduler":  func() (Pair, error) { return authorities["client"].client("system:kube-scheduler") },
	}
	for name, make := range made {
		pair, err := make()
		if err != nil {
			return err
		}
		if err := pair.write(node.server("tls", name)); err != nil {
			return err
		}
	}
	api := "https://127.0.0.1:" + apiPort
	for _, name := range []string{"controller", "scheduler"} {
		if err := node.writeKubeconfig(node.server("cred", name+".kubeconfig"), api, node.server("tls", "client-"+name), "tls/server-ca.crt"); err != nil {
			return err
		}
	}
	own := "https://127.0.0.1:" + node.config.text("https-listen-port", serverPort)
	return node.writeKubeconfig(kubeconfigFile, own, node.server("tls", "client-admin"), "tls/server-ca.crt")
}

// writeKubeconfig has all that it needs in the one file.
func (node *Node) writeKubeconfig(path, address, pair, authority string) error {
	client, err := readPair(pair)
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(filepath.Join(node.dataDir, "server", authority))
	if err != nil {
		if ca, err = os.ReadFile(node.agent("server-ca.crt")); err != nil {
			return err
		}
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- cluster: {certificate-authority-data: %s, server: "%s"}
  name: default
contexts:
- context: {cluster: default, user: default}
  name: default
current-context: default
users:
- name: default
  user: {client-certificate-data: %s, client-key-data: %s}
`, base64.StdEncoding.EncodeToString(ca), address, base64.StdEncoding.EncodeToString(client.Certificate),
		base64.StdEncoding.EncodeToString(client.Key))
	return write(path, []byte(text))
}

// checkToken: data that was bootstrapped with another token is not opened.
func (node *Node) checkToken() error {
	known, err := etcdGet(tokenKey)
	if err != nil || known == "" {
		return etcdPut(tokenKey, digest(node.token.password))
	}
	if known != digest(node.token.password) {
		return fmt.Errorf("bootstrap data already found and encrypted with different token")
	}
	return nil
}

func (node *Node) writeTokens() error {
	authority, err := os.ReadFile(node.server("tls", "server-ca.crt"))
	if err != nil {
		return err
	}
	full := "K10" + digest(string(authority)) + "::"
	if err := write(node.server("token"), []byte(full+"server:"+node.token.password+"\n")); err != nil {
		return err
	}
	if err := os.RemoveAll(node.server("node-token")); err != nil {
		return err
	}
	if err := os.Symlink(node.server("token"), node.server("node-token")); err != nil {
		return err
	}
	agentToken := node.agentToken
	if agentToken == "" {
		return nil
	}
	return write(node.server("agent-token"), []byte(full+"node:"+agentToken+"\n"))
}

func (node *Node) startControlPlane() error {
	tls := func(name string) string { return node.server("tls", name) }
	flags := map[string]string{
		"advertise-address": node.address, "secure-port": apiPort, "allow-privileged": "true",
		"anonymous-auth": "false", "authorization-mode": "Node,RBAC", "client-ca-file": tls("client-ca.crt"),
		"enable-admission-plugins": "NodeRestriction", "etcd-servers": etcdURL,
		"kubelet-certificate-authority": tls("server-ca.crt"),
		"kubelet-client-certificate":    tls("client-apiserver.crt"), "kubelet-client-key": tls("client-apiserver.key"),
		"kubelet-preferred-address-types": "InternalIP",
		"proxy-client-cert-file":          tls("auth-proxy.crt"), "proxy-client-key-file": tls("auth-proxy.key"),
		"requestheader-allowed-names": "system:auth-proxy", "requestheader-client-ca-file": tls("request-header-ca.crt"),
		"requestheader-extra-headers-prefix": "X-Remote-Extra-", "requestheader-group-headers": "X-Remote-Group",
		"requestheader-username-headers": "X-Remote-User",
		"service-account-issuer":         "https://kubernetes.default.svc.cluster.local",
		"service-account-key-file":       tls("service.key"), "service-account-signing-key-file": tls("service.key"),
		"service-cluster-ip-range": node.config.text("service-cidr", serviceCIDR),
		"tls-cert-file":            tls("serving.crt"), "tls-private-key-file": tls("serving.key"),
	}
	if path := node.server("cred", "encryption-config.json"); exists(path) {
		flags["encryption-provider-config"] = path
	}
	if err := node.run("kube-apiserver", node.program("kube-apiserver"), node.config.arguments("kube-apiserver-arg", flags)...); err != nil {
		return err
	}
	err := node.until("the API server is not ready", 180, func() error {
		_, err := node.nodeNames()
		return err
	})
	if err != nil {
		return err
	}
	manager := map[string]string{
		"kubeconfig": node.server("cred", "controller.kubeconfig"), "allocate-node-cidrs": "true",
		"cluster-cidr": node.config.text("cluster-cidr", clusterCIDR), "use-service-account-credentials": "true",
		"cluster-signing-cert-file": tls("client-ca.crt"), "cluster-signing-key-file": tls("client-ca.key"),
		"root-ca-file": tls("server-ca.crt"), "service-account-private-key-file": tls("service.key"),
	}
	if err := node.run("kube-controller-manager", node.program("kube-controller-manager"), node.config.arguments("kube-controller-manager-arg", manager)...); err != nil {
		return err
	}
	scheduler := map[string]string{"kubeconfig": node.server("cred", "scheduler.kubeconfig")}
	return node.run("kube-scheduler", node.program("kube-scheduler"), node.config.arguments("kube-scheduler-arg", scheduler)...)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// nodeNames asks the own API server, which answers once it is ready.
func (node *Node) nodeNames() ([]string, error) {
	pair := node.server("tls", "client-admin")
	ca := node.server("tls", "server-ca.crt")
	found, err := listNodes("https://127.0.0.1:"+apiPort, ca, pair)
	names := []string{}
	for _, each := range found {
		names = append(names, each.Name)
	}
	return names, err
}
