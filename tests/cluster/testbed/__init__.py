"""A real single-node Kubernetes for the tests: built from source, run in namespaces of its own."""
