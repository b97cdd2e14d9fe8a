package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// writeRegistries gives containerd the mirrors of registries.yaml; the file's other parts have no
// effect. It gives the folder that containerd reads.
func (node *Node) writeRegistries() (string, error) {
	folder := node.agent("etc", "containerd", "certs.d")
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	text, err := os.ReadFile(node.config.text("private-registry", registriesFile))
	if os.IsNotExist(err) {
		return folder, nil
	} else if err != nil {
		return "", err
	}
	registries := struct {
		Mirrors map[string]struct{ Endpoint []string }
	}{}
	if err := yaml.Unmarshal(text, &registries); err != nil {
		return "", fmt.Errorf("%s: %w", registriesFile, err)
	}
	for name, mirror := range registries.Mirrors {
		hosts := []string{}
		for _, endpoint := range mirror.Endpoint {
			hosts = append(hosts, fmt.Sprintf("[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", endpoint))
		}
		if err := write(filepath.Join(folder, name, "hosts.toml"), []byte(strings.Join(hosts, ""))); err != nil {
			return "", err
		}
	}
	return folder, nil
}
