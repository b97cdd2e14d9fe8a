package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	configFile     = "/etc/rancher/k3s/config.yaml"
	registriesFile = "/etc/rancher/k3s/registries.yaml"
	kubeconfigFile = "/etc/rancher/k3s/k3s.yaml"
	defaultDataDir = "/var/lib/rancher/k3s"
)

// As with K3s, a key that it does not know is a fault. Those that only the real one can honour are
// accepted and have no effect; README.md lists them.
var agentKeys = []string{
	"data-dir", "node-name", "node-ip", "node-external-ip", "node-label", "node-taint", "server",
	"token", "token-file", "protect-kernel-defaults", "kubelet-arg", "kube-proxy-arg", "debug",
	"private-registry", "disable-default-registry-endpoint", "selinux", "snapshotter",
	"flannel-iface", "pause-image", "resolv-conf", "with-node-id", "lb-server-port",
}
var serverKeys = append([]string{
	"agent-token", "agent-token-file", "cluster-init", "tls-san", "disable", "cluster-cidr",
	"service-cidr", "cluster-dns", "cluster-domain", "https-listen-port", "bind-address",
	"advertise-address", "write-kubeconfig", "write-kubeconfig-mode", "secrets-encryption",
	"secrets-encryption-provider", "kube-apiserver-arg", "kube-controller-manager-arg",
	"kube-scheduler-arg", "etcd-arg", "etcd-expose-metrics", "etcd-disable-snapshots",
	"etcd-snapshot-schedule-cron", "etcd-snapshot-retention", "etcd-snapshot-dir",
	"etcd-snapshot-compress", "etcd-s3", "etcd-s3-endpoint", "etcd-s3-endpoint-ca",
	"etcd-s3-access-key", "etcd-s3-secret-key", "etcd-s3-bucket", "etcd-s3-region",
	"etcd-s3-folder", "etcd-s3-insecure", "etcd-s3-retention", "embedded-registry",
	"flannel-backend", "disable-network-policy", "disable-cloud-controller", "disable-helm-controller",
	"tls-san-security", "system-default-registry", "supervisor-metrics", "servicelb-namespace",
}, agentKeys...)

// Config is config.yaml, then config.yaml.d in order, then the command line.
type Config map[string]any

func readConfig(role string, arguments []string) (Config, error) {
	config := Config{}
	more, err := filepath.Glob(configFile + ".d/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(more)
	for _, path := range append([]string{configFile}, more...) {
		if err := config.read(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, argument := range arguments {
		key, value, found := strings.Cut(strings.TrimPrefix(argument, "--"), "=")
		if !found || !strings.HasPrefix(argument, "--") {
			return nil, fmt.Errorf("the stand-in takes --key=value only, not %q", argument)
		}
		config[key] = value
	}
	return config, config.check(role)
}

func (config Config) read(path string) error {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		return err
	}
	return yaml.Unmarshal(text, (*map[string]any)(&config))
}

func (config Config) check(role string) error {
	known := map[string][]string{"server": serverKeys, "agent": agentKeys}[role]
	for key := range config {
		if known != nil && !slices.Contains(known, key) {
			return fmt.Errorf("flag provided but not defined: -%s", key)
		}
	}
	return nil
}

func (config Config) text(key, otherwise string) string {
	if value, there := config[key]; there && value != nil && fmt.Sprint(value) != "" {
		return fmt.Sprint(value)
	}
	return otherwise
}

func (config Config) list(key string) []string {
	switch value := config[key].(type) {
	case nil:
		return nil
	case []any:
		words := []string{}
		for _, item := range value {
			words = append(words, fmt.Sprint(item))
		}
		return words
	default:
		return strings.Split(fmt.Sprint(value), ",")
	}
}

func (config Config) yes(key string) bool { return config.text(key, "false") == "true" }

// secret is a token by its own key, or by the file that another key names.
func (config Config) secret(key string) (string, error) {
	path := config.text(key+"-file", "")
	if path == "" {
		return config.text(key, ""), nil
	}
	text, err := os.ReadFile(path)
	return strings.TrimSpace(string(text)), err
}

// arguments are flags with those of the configuration over them, as K3s merges them.
func (config Config) arguments(key string, flags map[string]string) []string {
	merged := map[string]string{}
	for name, value := range flags {
		merged[name] = value
	}
	for _, argument := range config.list(key) {
		name, value, _ := strings.Cut(argument, "=")
		merged[name] = value
	}
	words := []string{}
	for name, value := range merged {
		words = append(words, "--"+name+"="+value)
	}
	slices.Sort(words)
	return words
}
