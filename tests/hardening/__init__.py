"""What is rendered for Kubernetes, as checkov sees it; run as a program, it tells what is wrong."""
