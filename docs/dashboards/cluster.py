"""A Kubernetes cluster, as kube-state-metrics, the kubelets and cert-manager tell of it."""

from __future__ import annotations

from .matching import of_clusters
from .model import RATE, Dashboard, Panel, Row, Variable

CLUSTER = Dashboard(
    uid="stratum-cluster",
    folder="infrastructure",
    title="Cluster",
    description="A Kubernetes cluster as kube-state-metrics and the kubelets tell of it.",
    variables=(
        Variable("cluster", "Cluster", "metrics", "label_values(kube_node_info, cluster)", ".*"),
    ),
    rows=(
        Row(
            "Now",
            (
                Panel(
                    "Nodes that are not ready",
                    "Their pods are moved to other nodes, where there are any.",
                    "metrics",
                    (
                        of_clusters(
                            "count(kube_node_status_condition"
                            '{condition="Ready", status="true"} == 0) or vector(0)',
                            now=True,
                        ),
                    ),
                    kind="stat",
                    width=6,
                    height=4,
                    bad=1,
                ),
                Panel(
                    "Nodes under pressure",
                    "They lack memory, disk or process numbers and take no new pods.",
                    "metrics",
                    (
                        of_clusters(
                            "count(kube_node_status_condition"
                            '{condition=~".*Pressure", status="true"} == 1) or vector(0)',
                            now=True,
                        ),
                    ),
                    kind="stat",
                    width=6,
                    height=4,
                    bad=1,
                ),
                Panel(
                    "Pods that wait",
                    "Pods that are not running, or of which nothing is known.",
                    "metrics",
                    (
                        of_clusters(
                            'sum(kube_pod_status_phase{phase=~"Pending|Unknown"})', now=True
                        ),
                    ),
                    kind="stat",
                    width=6,
                    height=4,
                    warn=1,
                    bad=10,
                ),
                Panel(
                    "First certificate to end",
                    "Time until the first of cert-manager's certificates ends.",
                    "metrics",
                    (
                        of_clusters(
                            "min(certmanager_certificate_expiration_timestamp_seconds) - time()",
                            now=True,
                        ),
                    ),
                    "s",
                    kind="stat",
                    width=6,
                    height=4,
                    warn=14 * 86400,
                    bad=7 * 86400,
                ),
            ),
        ),
        Row(
            "What is promised and used",
            (
                Panel(
                    "Processors",
                    "Processors that pods have asked for and use, of those that nodes offer.",
                    "metrics",
                    (
                        of_clusters('sum(kube_node_status_allocatable{resource="cpu"})', "offered"),
                        of_clusters(
                            'sum(kube_pod_container_resource_requests{resource="cpu"})', "asked for"
                        ),
                        of_clusters(
                            "sum(rate(container_cpu_usage_seconds_total"
                            f'{{container!="", container!="POD"}}{RATE}))',
                            "used",
                        ),
                    ),
                    width=12,
                    least=0,
                ),
                Panel(
                    "Memory",
                    "Memory that pods have asked for and use, of that which nodes offer.",
                    "metrics",
                    (
                        of_clusters(
                            'sum(kube_node_status_allocatable{resource="memory"})', "offered"
                        ),
                        of_clusters(
                            'sum(kube_pod_container_resource_requests{resource="memory"})',
                            "asked for",
                        ),
                        of_clusters(
                            "sum(container_memory_working_set_bytes"
                            '{container!="", container!="POD"})',
                            "used",
                        ),
                    ),
                    "bytes",
                    width=12,
                    least=0,
                ),
            ),
        ),
        Row(
            "Pods and volumes",
            (
                Panel(
                    "Pods by phase",
                    "How many pods there are in each phase.",
                    "metrics",
                    (of_clusters("sum by (phase) (kube_pod_status_phase)", "{{phase}}"),),
                    stacked=True,
                ),
                Panel(
                    "Pods by namespace",
                    "How many pods run in each namespace.",
                    "metrics",
                    (
                        of_clusters(
                            'sum by (namespace) (kube_pod_status_phase{phase="Running"})',
                            "{{namespace}}",
                        ),
                    ),
                    stacked=True,
                ),
                Panel(
                    "Volumes in use",
                    "Share of each volume that is taken.",
                    "metrics",
                    (
                        of_clusters(
                            "1 - kubelet_volume_stats_available_bytes "
                            "/ (kubelet_volume_stats_capacity_bytes > 0)",
                            "{{namespace}}/{{persistentvolumeclaim}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                    most=1,
                ),
            ),
        ),
    ),
)
