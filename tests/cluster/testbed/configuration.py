"""The configuration files of the node's programs, as values and without reading anything."""

from __future__ import annotations

from typing import Any

from testbed.layout import Layout


def kubelet(layout: Layout, authority: str) -> dict[str, Any]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": layout.node_address,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": authority},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{layout.name}",
        "clusterDNS": [layout.dns_address],
        "clusterDomain": "cluster.local",
        "containerRuntimeEndpoint": f"unix://{layout.containerd_socket}",
        "volumePluginDir": str(layout.data / "volume-plugins"),
        # There is no name server beyond the cluster for pods to ask.
        "resolvConf": "",
        "failCgroupV1": False,
        "failSwapOn": False,
        "serializeImagePulls": False,
        "maxPods": 250,
        "oomScoreAdj": 0,
        "evictionHard": {"memory.available": "100Mi"},
        # One that a test has pulled with a login may be one of these under another name.
        "imagePullCredentialsVerificationPolicy": "NeverVerifyAllowlistedImages",
        "preloadedImagesVerificationAllowlist": ["localhost/stratum/*"],
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
    }


def kube_proxy(layout: Layout, kubeconfig: str) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "nftables",
        "clientConnection": {"kubeconfig": kubeconfig},
        "clusterCIDR": layout.pod_network,
        "hostnameOverride": layout.name,
        "oomScoreAdj": 0,
        # Limits of connection tracking belong to the machine; a namespace cannot set them.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
    }


def network(layout: Layout) -> dict[str, Any]:
    """Point to point, not a bridge: packets between two pods are routed, so that answers from
    behind a Service find their way back on a kernel that does not filter bridges."""
    return {
        "cniVersion": "0.4.0",
        "name": layout.name,
        "plugins": [
            {
                "type": "ptp",
                "ipMasq": False,
                "ipam": {
                    "type": "host-local",
                    "dataDir": str(layout.state / "addresses"),
                    "ranges": [[{"subnet": layout.pod_network}]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def containerd(layout: Layout, pause: str, plugins: str) -> str:
    return f"""version = 2
root = "{layout.data}/containerd"
state = "{layout.state}/containerd"

[grpc]
  address = "{layout.containerd_socket}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "{plugins}"
  conf_dir = "{layout.configuration}/network"

[plugins."io.containerd.internal.v1.opt"]
  path = "{layout.data}/opt"
"""
