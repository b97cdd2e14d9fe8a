"""The status of what leads requests to pods: Service, Ingress, routes, webhook configurations.

Pure.
"""

from __future__ import annotations

from typing import Any

from ..ready.status import State, Status
from .condition import Condition, conditions, part, sequence
from .identity import Manifest
from .pods import troubles
from .related import Related, endpoints_of, pods_behind, pods_of

# The annotations by which cert-manager is asked for the authority.
INJECTED_CA = frozenset({"cert-manager.io/inject-ca-from", "cert-manager.io/inject-ca-from-secret"})


def service(manifest: Manifest, related: Related) -> Status:
    """Current with a ready endpoint, where it selects pods, and an address, where it wants one."""
    spec = part(manifest, "spec")
    kind = spec.get("type", "ClusterIP")
    if kind == "ExternalName":
        return Status(State.CURRENT, f"is another name for {spec.get('externalName')}")
    endpoints = _endpoints(manifest, related)
    if endpoints.state is not State.CURRENT or kind != "LoadBalancer":
        return endpoints
    addresses = _addresses(manifest)
    if not addresses:
        return Status(State.IN_PROGRESS, "has no address of a load balancer yet")
    return Status(State.CURRENT, f"{endpoints.sentence}; its address is {', '.join(addresses)}")


def ingress(manifest: Manifest, _: Related) -> Status:
    """Current as soon as it is there: many controllers never tell its address."""
    addresses = _addresses(manifest)
    if not addresses:
        return Status(State.CURRENT, "is there; no controller has told its address")
    return Status(State.CURRENT, f"its address is {', '.join(addresses)}")


def route(manifest: Manifest, _: Related) -> Status:
    """Current unless a Gateway refuses it; one that is silent is not waited for."""
    parents = sequence(part(manifest, "status").get("parents"))
    if not parents:
        return Status(State.CURRENT, "is there; no Gateway has taken it yet")
    for parent in parents:
        name = part(parent, "parentRef").get("name")
        told = {"metadata": manifest["metadata"], "status": parent}
        refused = next((found for found in conditions(told) if not _well(found)), None)
        if refused:
            return Status(State.IN_PROGRESS, f"Gateway {name} does not lead to it: {refused.why}")
    return Status(State.CURRENT, f"{len(parents)} of {len(parents)} Gateways lead to it")


def webhook_configuration(manifest: Manifest, related: Related) -> Status:
    """Current when each webhook's Service has a ready endpoint, and its CA is injected."""
    webhooks = sequence(manifest.get("webhooks"))
    injected = not INJECTED_CA.isdisjoint(part(manifest["metadata"], "annotations"))
    for webhook in webhooks:
        client = part(webhook, "clientConfig")
        reference = client.get("service")
        if injected and not client.get("caBundle"):
            sentence = f"webhook {webhook['name']} waits for its CA certificate to be injected"
            return Status(State.IN_PROGRESS, sentence)
        if reference and not _has_endpoint(reference, related):
            where = f"{reference['namespace']}/{reference['name']}"
            sentence = f"webhook {webhook['name']}: Service {where} has no ready endpoint"
            return Status(State.IN_PROGRESS, sentence)
    return Status(State.CURRENT, f"{len(webhooks)} of {len(webhooks)} webhooks can be called")


def backends(manifest: Manifest) -> list[tuple[str, str]]:
    """The Services, by namespace and name, whose endpoints its status depends on."""
    if manifest["kind"] == "Service":
        spec = part(manifest, "spec")
        if spec.get("type") == "ExternalName" or not spec.get("selector"):
            return []
        return [(manifest["metadata"]["namespace"], manifest["metadata"]["name"])]
    references = [
        part(webhook, "clientConfig").get("service")
        for webhook in sequence(manifest.get("webhooks"))
    ]
    return [(found["namespace"], found["name"]) for found in references if found]


def _endpoints(manifest: Manifest, related: Related) -> Status:
    metadata, spec = manifest["metadata"], part(manifest, "spec")
    selector = spec.get("selector")
    if not selector:
        return Status(State.CURRENT, "selects no pods; its endpoints are set by hand")
    if related.endpoint_slices is None:
        return Status(State.UNKNOWN, "its EndpointSlices may not be read by this account")
    ready, known = endpoints_of(
        metadata["namespace"],
        metadata["name"],
        related.endpoint_slices,
        unready=bool(spec.get("publishNotReadyAddresses")),
    )
    if ready:
        return Status(State.CURRENT, f"{ready} of {_endpoints_are(known)} ready")
    if pods_behind(manifest, related.workloads) == 0:
        return Status(State.CURRENT, "has no endpoints, as the release wants no pods behind it")
    pods = pods_of(manifest, related.pods)
    found = troubles(pods)
    if found:
        sentence = f"0 of {_endpoints_are(len(pods))} ready; {found[0]}"
        return Status(State.IN_PROGRESS, sentence, tuple(map(str, found)))
    labels = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    if pods or known:
        return Status(State.IN_PROGRESS, f"no endpoint of the pods with {labels} is ready")
    return Status(State.IN_PROGRESS, f"has no endpoints: no ready pod has the labels {labels}")


def _well(found: Condition) -> bool:
    return found.type not in ("Accepted", "ResolvedRefs") or found.true


def _has_endpoint(reference: dict[str, Any], related: Related) -> bool:
    if related.endpoint_slices is None:
        return True
    name = reference["name"]
    return endpoints_of(reference["namespace"], name, related.endpoint_slices)[0] > 0


def _addresses(manifest: Manifest) -> list[str]:
    balancer = part(part(manifest, "status"), "loadBalancer")
    found = [
        entry.get("ip") or entry.get("hostname") for entry in sequence(balancer.get("ingress"))
    ]
    return [address for address in found if address]


def _endpoints_are(count: int) -> str:
    return f"{count} endpoint is" if count == 1 else f"{count} endpoints are"
