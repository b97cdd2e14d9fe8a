"""The objects that lead a host name to a Service: Ingress, HTTPRoute, TLSRoute. Pure.

Knows what Traefik and ingress-nginx must be told where the Service itself speaks TLS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .inputs import Ingress, Route

GATEWAY_API = "gateway.networking.k8s.io"
NGINX = "nginx.ingress.kubernetes.io"
TRAEFIK = "traefik.ingress.kubernetes.io"
Object = dict[str, Any]


@dataclass(frozen=True)
class Tls:
    """That the Service speaks TLS itself.

    Attributes:
        server_name: a name that its certificate has.
        authority: PEM text of the CA that it is of; empty for those that systems know.
        secret: the Secret with its certificate, where it also fits the host; else empty.
        body_limit_mb: megabytes that it takes; nginx takes no more than one by itself.
    """

    server_name: str
    authority: str = ""
    secret: str = ""
    body_limit_mb: int = 0


@dataclass(frozen=True)
class Target:
    """The Service that is led to."""

    name: str
    namespace: str
    port: int
    tls: Tls | None = None

    def object(self, api: str, kind: str, suffix: str = "", **parts: object) -> Object:
        metadata = {"name": f"{self.name}{suffix}", "namespace": self.namespace}
        return {"apiVersion": api, "kind": kind, "metadata": metadata, **parts}

    @property
    def authority_name(self) -> str:
        return f"{self.name}-authority"


def ingress_objects(ingress: Ingress, target: Target) -> list[Object]:
    """The Ingress with its certificate, and what its controller needs to trust the Service."""
    secret = ingress.certificate_secret
    found = []
    if ingress.issuer:
        secret = f"{target.name}-ingress"
        found.append(_certificate(ingress, target, secret))
    elif target.tls and not secret:
        secret = target.tls.secret
    found += _trust(ingress, target)
    return [*found, _ingress(ingress, target, secret)]


def service_annotations(ingress: Ingress | None, target: Target) -> dict[str, str]:
    """What Traefik looks for at the Service: how to speak to it, and whom to trust."""
    if ingress is None or target.tls is None or ingress.ingress_class != "traefik":
        return {}
    return {
        f"{TRAEFIK}/service.serversscheme": "https",
        f"{TRAEFIK}/service.serverstransport": f"{target.namespace}-{target.name}@kubernetescrd",
    }


def route_objects(route: Route, target: Target) -> list[Object]:
    """The route, and how a Gateway that ends TLS is to speak to a Service with its own."""
    parent = {
        "name": route.gateway,
        "namespace": route.gateway_namespace,
        "sectionName": route.listener,
    }
    found = target.object(
        f"{GATEWAY_API}/v1",
        "TLSRoute" if route.passthrough else "HTTPRoute",
        spec={
            "parentRefs": [{name: value for name, value in parent.items() if value}],
            "hostnames": [route.host],
            "rules": [{"backendRefs": [{"name": target.name, "port": target.port}]}],
        },
    )
    _annotate(found, dict(route.annotations))
    if target.tls is None or route.passthrough:
        return [found]
    return [*_policy(target, target.tls), found]


def _ingress(ingress: Ingress, target: Target, secret: str) -> Object:
    backend = {"service": {"name": target.name, "port": {"number": target.port}}}
    tls = {"hosts": [ingress.host], **({"secretName": secret} if secret else {})}
    rule = {
        "host": ingress.host,
        "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
    }
    named = {"ingressClassName": ingress.ingress_class} if ingress.ingress_class else {}
    found = target.object(
        "networking.k8s.io/v1", "Ingress", spec={**named, "tls": [tls], "rules": [rule]}
    )
    _annotate(found, {**_controller_annotations(ingress, target), **ingress.annotations})
    return found


def _controller_annotations(ingress: Ingress, target: Target) -> dict[str, str]:
    if target.tls is None or ingress.ingress_class != "nginx":
        return {}
    return {
        f"{NGINX}/backend-protocol": "HTTPS",
        f"{NGINX}/proxy-body-size": f"{target.tls.body_limit_mb}m",
        f"{NGINX}/proxy-ssl-name": target.tls.server_name,
        f"{NGINX}/proxy-ssl-secret": f"{target.namespace}/{target.authority_name}",
        f"{NGINX}/proxy-ssl-server-name": "on",
        f"{NGINX}/proxy-ssl-verify": "on",
    }


def _trust(ingress: Ingress, target: Target) -> list[Object]:
    """Both read the CA from a Secret, although there is nothing secret about it."""
    if target.tls is None or ingress.ingress_class not in ("nginx", "traefik"):
        return []
    found = []
    authority = target.tls.authority
    if authority:
        content = {"type": "Opaque", "stringData": {"ca.crt": authority}}
        found.append(target.object("v1", "Secret", "-authority", **content))
    if ingress.ingress_class == "traefik":
        roots = {"rootCAs": [{"secret": target.authority_name}]} if authority else {}
        spec = {"serverName": target.tls.server_name, **roots}
        found.append(target.object("traefik.io/v1alpha1", "ServersTransport", spec=spec))
    return found


def _policy(target: Target, tls: Tls) -> list[Object]:
    name = target.authority_name
    validation: Object = {"hostname": tls.server_name}
    found = []
    if tls.authority:
        found.append(target.object("v1", "ConfigMap", "-authority", data={"ca.crt": tls.authority}))
        validation["caCertificateRefs"] = [{"group": "", "kind": "ConfigMap", "name": name}]
    else:
        validation["wellKnownCACertificates"] = "System"
    spec = {
        "targetRefs": [{"group": "", "kind": "Service", "name": target.name}],
        "validation": validation,
    }
    return [*found, target.object(f"{GATEWAY_API}/v1", "BackendTLSPolicy", spec=spec)]


def _certificate(ingress: Ingress, target: Target, secret: str) -> Object:
    issuer = {"name": ingress.issuer, "kind": ingress.issuer_kind, "group": "cert-manager.io"}
    spec = {
        "secretName": secret,
        "dnsNames": [ingress.host],
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "issuerRef": issuer,
    }
    return target.object("cert-manager.io/v1", "Certificate", "-ingress", spec=spec)


def _annotate(found: Object, annotations: dict[str, str]) -> None:
    if annotations:
        found["metadata"]["annotations"] = annotations
