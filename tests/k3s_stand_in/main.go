// A stand-in for K3s, for tests on machines where the real one cannot be had. It has K3s's command
// line, files and ports, and runs the test bed's Kubernetes parts; README.md says what differs.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const usage = `usage: k3s server|agent|kubectl|ctr|token|etcd-snapshot|secrets-encrypt|--version`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "level=fatal msg=%q\n", err.Error())
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return fmt.Errorf("%s", usage)
	}
	verb, rest := arguments[0], arguments[1:]
	switch verb {
	case "--version", "-v":
		fmt.Printf("k3s version %s (stand-in)\n", version())
		return nil
	case "server", "agent":
		return start(verb, rest)
	case "kubectl":
		return kubectl(rest)
	case "ctr":
		address := []string{"ctr", "--address", containerdSocket, "--namespace", "k8s.io"}
		return become("/usr/bin/ctr", append(address, rest...))
	case "token", "etcd-snapshot", "secrets-encrypt":
		return administer(verb, rest)
	}
	return fmt.Errorf("no command %q; %s", verb, usage)
}

func start(role string, arguments []string) error {
	config, err := readConfig(role, arguments)
	if err != nil {
		return err
	}
	node, err := newNode(config)
	if err != nil {
		return err
	}
	if err := node.unpack(); err != nil {
		return err
	}
	if role == "server" {
		return node.runServer()
	}
	return node.runAgent()
}

func kubectl(arguments []string) error {
	if os.Getenv("KUBECONFIG") == "" {
		os.Setenv("KUBECONFIG", kubeconfigFile)
	}
	config, err := readConfig("", nil)
	if err != nil {
		return err
	}
	node := &Node{config: config, dataDir: config.text("data-dir", defaultDataDir)}
	if err := node.unpack(); err != nil {
		return err
	}
	return become(node.program("kubectl"), append([]string{"kubectl"}, arguments...))
}

func administer(verb string, arguments []string) error {
	config, err := readConfig("", nil)
	if err != nil {
		return err
	}
	node, err := newNode(config)
	if err != nil {
		return err
	}
	switch strings.Join(append([]string{verb}, first(arguments)...), " ") {
	case "secrets-encrypt status":
		if _, err := os.Stat(node.server("cred", "encryption-config.json")); err != nil {
			fmt.Println("Encryption Status: Disabled")
			return nil
		}
		fmt.Println("Encryption Status: Enabled")
		return nil
	case "etcd-snapshot save":
		path, err := node.snapshot("on-demand")
		fmt.Println(path)
		return err
	case "etcd-snapshot ls", "etcd-snapshot list":
		found, err := filepath.Glob(node.snapshots("*"))
		fmt.Println(strings.Join(found, "\n"))
		return err
	case "token generate":
		text, err := random()
		fmt.Println(text)
		return err
	}
	return fmt.Errorf("the stand-in has no %s %s", verb, strings.Join(arguments, " "))
}

func first(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	return words[:1]
}

func become(program string, words []string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return err
	}
	return syscall.Exec(path, words, os.Environ())
}
