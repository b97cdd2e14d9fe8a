"""What of K3s is found on a machine; that it goes is seen in the scenario `k3s`."""

from __future__ import annotations

import os

from ansible_collections.stratum.platform.plugins.module_utils.k3s.leftovers import (
    of_k3s,
    without,
)

PLACES = ("/var/lib/rancher/k3s/", "/run/k3s/")
SHIM = "/usr/bin/containerd-shim-runc-v2 -address /run/k3s/containerd/containerd.sock"


def test_the_processes_of_containers_are_found_by_who_started_them():
    known = {1: (0, "init"), 10: (1, SHIM), 11: (10, "/pause"), 12: (11, "worker"), 20: (1, "sshd")}
    assert of_k3s(known, PLACES) == {10, 11, 12}


def test_whoever_asks_is_spared_with_all_above():
    own = os.getpid()
    known = {1: (0, "init"), 5: (1, "tail /var/lib/rancher/k3s/log"), own: (5, "python")}
    assert of_k3s(known, PLACES) == set()


def test_only_the_rules_of_k3s_go():
    ours = ":KUBE-SERVICES -\n-A INPUT -j KUBE-SERVICES\n"
    saved = f"*filter\n:INPUT ACCEPT\n{ours}-A INPUT -i lo\nCOMMIT"
    assert without(saved) == ("*filter\n:INPUT ACCEPT\n-A INPUT -i lo\nCOMMIT\n", 2)
