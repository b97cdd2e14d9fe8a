package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// run starts a program that ends with this one; if it ends before, so does this one.
func (node *Node) run(name, path string, arguments ...string) error {
	command := exec.Command(path, arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	go func() { node.children <- fmt.Errorf("%s ended: %v", name, command.Wait()) }()
	return nil
}

// serve tells systemd that this is ready and waits until it is told to end, or a program ends.
func (node *Node) serve() error {
	if err := notifyReady(); err != nil {
		return err
	}
	fmt.Printf("level=info msg=\"k3s %s is up and running\"\n", version())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-asked:
		return nil
	case err := <-node.children:
		return err
	}
}

func notifyReady() error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	connection, err := net.Dial("unixgram", socket)
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = connection.Write([]byte("READY=1\n"))
	return err
}

// until asks until the answer is no error; a program that ends meanwhile ends the waiting.
func (node *Node) until(what string, seconds int, ask func() error) error {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for {
		err := ask()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s after %d s: %w", what, seconds, err)
		}
		select {
		case ended := <-node.children:
			return ended
		case <-time.After(200 * time.Millisecond):
		}
	}
}
