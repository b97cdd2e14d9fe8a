"""What runs in namespaces of a cluster, as kube-state-metrics and the kubelets tell of it."""

from __future__ import annotations

from .matching import of_clusters
from .model import RATE, Dashboard, Panel, Row, Variable

OF_PODS = 'namespace=~"$namespace"'
CONTAINERS = 'namespace=~"$namespace", container!="", container!="POD"'

WORKLOADS = Dashboard(
    uid="stratum-workloads",
    folder="infrastructure",
    title="Workloads",
    description="What runs in namespaces of a cluster, what it uses and what it lacks.",
    variables=(
        Variable("cluster", "Cluster", "metrics", "label_values(kube_node_info, cluster)", ".*"),
        Variable(
            "namespace", "Namespace", "metrics", "label_values(kube_pod_info, namespace)", ".+"
        ),
    ),
    rows=(
        Row(
            "Complete or not",
            (
                Panel(
                    "Deployments",
                    "Share of the pods of each Deployment that are available.",
                    "metrics",
                    (
                        of_clusters(
                            f"kube_deployment_status_replicas_available{{{OF_PODS}}} "
                            f"/ (kube_deployment_spec_replicas{{{OF_PODS}}} > 0)",
                            "{{namespace}}/{{deployment}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                ),
                Panel(
                    "StatefulSets",
                    "Share of the pods of each StatefulSet that are ready.",
                    "metrics",
                    (
                        of_clusters(
                            f"kube_statefulset_status_replicas_ready{{{OF_PODS}}} "
                            f"/ (kube_statefulset_replicas{{{OF_PODS}}} > 0)",
                            "{{namespace}}/{{statefulset}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                ),
                Panel(
                    "DaemonSets",
                    "Share of the nodes that should have a pod and have a ready one.",
                    "metrics",
                    (
                        of_clusters(
                            f"kube_daemonset_status_number_ready{{{OF_PODS}}} "
                            f"/ (kube_daemonset_status_desired_number_scheduled{{{OF_PODS}}} > 0)",
                            "{{namespace}}/{{daemonset}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                ),
                Panel(
                    "Containers that wait",
                    "Why containers do not run now.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace, pod, container, reason) "
                            f"(kube_pod_container_status_waiting_reason{{{OF_PODS}}} == 1)"
                        ),
                    ),
                    kind="table",
                    width=12,
                    hidden=("Time", "Value"),
                ),
                Panel(
                    "Restarts",
                    "How often containers were started again, in the window that is shown.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace, pod, container) (increase("
                            f"kube_pod_container_status_restarts_total{{{OF_PODS}}}[$__range])) > 0"
                        ),
                    ),
                    kind="table",
                    width=12,
                    hidden=("Time",),
                ),
            ),
        ),
        Row(
            "What it uses",
            (
                Panel(
                    "Processors",
                    "Processors that each pod uses.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace, pod) (rate("
                            f"container_cpu_usage_seconds_total{{{CONTAINERS}}}{RATE}))",
                            "{{namespace}}/{{pod}}",
                        ),
                    ),
                    stacked=True,
                    width=12,
                ),
                Panel(
                    "Memory",
                    "Memory that each pod uses and that cannot be taken back.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace, pod) "
                            f"(container_memory_working_set_bytes{{{CONTAINERS}}})",
                            "{{namespace}}/{{pod}}",
                        ),
                    ),
                    "bytes",
                    stacked=True,
                    width=12,
                ),
                Panel(
                    "Memory of its limit",
                    "Share of its limit that each container uses; at all of it, it is ended.",
                    "metrics",
                    (
                        of_clusters(
                            "max by (cluster, namespace, pod, container) "
                            f"(container_memory_working_set_bytes{{{CONTAINERS}}}) "
                            "/ on (cluster, namespace, pod, container) "
                            "max by (cluster, namespace, pod, container) "
                            "(kube_pod_container_resource_limits"
                            f'{{resource="memory", {OF_PODS}}} > 0)',
                            "{{namespace}}/{{pod}} {{container}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                    warn=0.9,
                ),
                Panel(
                    "Time held back",
                    "Share of the periods in which a container had to wait for its limit.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace, pod, container) (rate("
                            f"container_cpu_cfs_throttled_periods_total{{{CONTAINERS}}}{RATE})) "
                            "/ sum by (cluster, namespace, pod, container) (rate("
                            f"container_cpu_cfs_periods_total{{{CONTAINERS}}}{RATE}))",
                            "{{namespace}}/{{pod}} {{container}}",
                        ),
                    ),
                    "percentunit",
                    least=0,
                ),
                Panel(
                    "Network",
                    "Bytes a second that the pods of a namespace receive and send.",
                    "metrics",
                    (
                        of_clusters(
                            "sum by (cluster, namespace) (rate("
                            f"container_network_receive_bytes_total{{{OF_PODS}}}{RATE}))",
                            "{{namespace}} received",
                        ),
                        of_clusters(
                            "sum by (cluster, namespace) (rate("
                            f"container_network_transmit_bytes_total{{{OF_PODS}}}{RATE}))",
                            "{{namespace}} sent",
                        ),
                    ),
                    "Bps",
                ),
            ),
        ),
    ),
)
