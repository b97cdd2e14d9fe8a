"""What a workload must be like before it may run beside others, and who has a reason not to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Object = Mapping[str, Any]
# Workload → finding → why it has to be.
EXCUSED = {
    "cluster-exporter": {
        "is on the node's network": "it counts what the node's interfaces carry",
        "sees the node's processes": "it counts the node's processes",
        "mounts the node's folders": "it reads the node's /proc, /sys and file systems",
        "has no NetworkPolicy": "a pod on the node's network is beyond the reach of one",
    },
    "cluster-logs": {
        "runs as root": "the files of /var/log/pods belong to root, 0640",
        "mounts the node's folders": "it reads /var/log/pods and the journal",
    },
}


@dataclass(frozen=True)
class Namespace:
    """What was found in one namespace; `accounts` are those that something is bound to."""

    workloads: Sequence[Object]
    policies: Sequence[Object]
    accounts: frozenset[str]

    def findings(self) -> dict[str, list[str]]:
        """By workload, what is wrong with it, excused or not."""
        closed = [policy["spec"]["podSelector"].get("matchLabels", {}) for policy in self.policies]
        return {
            workload["metadata"]["name"]: list(_of(_template(workload), closed, self.accounts))
            for workload in self.workloads
        }

    def unexcused(self) -> list[str]:
        """`workload: what is wrong`, for all that has no reason in EXCUSED."""
        return [
            f"{name}: {found}"
            for name, all_of_it in self.findings().items()
            for found in all_of_it
            if found not in EXCUSED.get(name, {})
        ]

    def unused_excuses(self) -> list[str]:
        """Excuses that nobody needs any more."""
        found = self.findings()
        return [
            f"{name}: {excuse}"
            for name, excuses in EXCUSED.items()
            for excuse in excuses
            if excuse not in found.get(name, [])
        ]


def _template(workload: Object) -> Object:
    spec = workload["spec"]
    return dict(
        spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    )


def _of(
    template: Object, closed: list[Mapping[str, str]], accounts: frozenset[str]
) -> Iterator[str]:
    spec, labels = template["spec"], template["metadata"]["labels"]
    if spec.get("hostNetwork"):
        yield "is on the node's network"
    if spec.get("hostPID") or spec.get("hostIPC"):
        yield "sees the node's processes"
    if any("hostPath" in volume for volume in spec.get("volumes", [])):
        yield "mounts the node's folders"
    has_token = spec.get("automountServiceAccountToken", True)
    if has_token and spec.get("serviceAccountName") not in accounts:
        yield "is given a token that it does not use"
    if not any(selector.items() <= labels.items() for selector in closed):
        yield "has no NetworkPolicy"
    security = spec.get("securityContext", {})
    if security.get("runAsUser") == 0 or not security.get("runAsNonRoot"):
        yield "runs as root"
    if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        yield from (f"{container['name']} {found}" for found in _of_container(container))
    if spec.get("restartPolicy", "Always") == "Always":
        yield from (
            f"{container['name']} has no readiness probe"
            for container in spec["containers"]
            if "readinessProbe" not in container
        )


def _of_container(container: Object) -> Iterator[str]:
    security = container.get("securityContext", {})
    if security.get("privileged") or security.get("allowPrivilegeEscalation") is not False:
        yield "may gain rights"
    if not security.get("readOnlyRootFilesystem"):
        yield "may write to its image"
    if security.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "keeps capabilities"
    if added := security.get("capabilities", {}).get("add"):
        yield f"has {', '.join(added)}"
    resources = container.get("resources", {})
    if not {"cpu", "memory"} <= set(resources.get("requests", {})):
        yield "asks for no processor or memory"
    if "memory" not in resources.get("limits", {}):
        yield "may take all memory"
    if "@sha256:" not in container["image"]:
        yield "has an image without a digest"
