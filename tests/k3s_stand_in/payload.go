package main

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The programs lie behind this one, as a zip archive in the same file.
func payload() (*zip.ReadCloser, error) { return zip.OpenReader("/proc/self/exe") }

func version() string {
	archive, err := payload()
	if err != nil {
		return "unpacked"
	}
	defer archive.Close()
	text, err := content(&archive.Reader, "version")
	if err != nil {
		return "unpacked"
	}
	return string(text)
}

func content(archive *zip.Reader, name string) ([]byte, error) {
	file, err := archive.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// unpack puts the programs into a folder of this version, as K3s does, once.
func (node *Node) unpack() error {
	archive, err := payload()
	if err != nil {
		return fmt.Errorf("this file has no programs behind it: pack it first (%w)", err)
	}
	defer archive.Close()
	key, err := content(&archive.Reader, "digest")
	if err != nil {
		return err
	}
	folder := filepath.Join(node.dataDir, "data", string(key))
	if _, err := os.Stat(folder); err != nil {
		partial := fmt.Sprintf("%s.%d", folder, os.Getpid())
		for _, file := range archive.File {
			if err := extract(file, filepath.Join(partial, file.Name)); err != nil {
				return err
			}
		}
		if err := os.Rename(partial, folder); err != nil {
			os.RemoveAll(partial)
			if _, err := os.Stat(folder); err != nil {
				return err
			}
		}
	}
	current := filepath.Join(node.dataDir, "data", "current")
	if target, _ := os.Readlink(current); target == folder {
		return nil
	}
	link := fmt.Sprintf("%s.%d", current, os.Getpid())
	if err := os.Symlink(folder, link); err != nil {
		return err
	}
	return os.Rename(link, current)
}

func extract(file *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	source, err := file.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}
