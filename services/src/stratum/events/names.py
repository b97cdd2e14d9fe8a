"""How services, environments, repositories and kinds of deployments get their names.

The rules are the ones docs/connect.md states to users.
"""

from __future__ import annotations

import re

from stratum.events.rows import DeploymentKind

UNKNOWN_ENVIRONMENT = "unknown"

ENVIRONMENTS = {
    "production": "production",
    "prod": "production",
    "prd": "production",
    "live": "production",
    "staging": "staging",
    "stage": "staging",
    "stg": "staging",
    "preproduction": "preproduction",
    "preprod": "preproduction",
    "testing": "testing",
    "test": "testing",
    "qa": "testing",
    "development": "development",
    "dev": "development",
}

VERSION = re.compile(r"v?\d+\.\d+[\w.+-]*", re.ASCII)
SCP_STYLE = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?P<path>(?!//)[^\s]+)")
URL_STYLE = re.compile(r"[a-z][a-z+]*://(?:[^@/]+@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>\S+)")


def environment_name(name: str, *, production: bool = False) -> str:
    """The usual name of an environment; `production` is what the sender itself says of it."""
    if production:
        return "production"
    lowered = name.strip().lower()
    return ENVIRONMENTS.get(lowered, lowered) or UNKNOWN_ENVIRONMENT


def split_environment(name: str) -> tuple[str, str]:
    """`checkout-prod` is `("checkout", "production")`; without a suffix the second is empty."""
    stem, dash, suffix = name.rpartition("-")
    environment = ENVIRONMENTS.get(suffix.lower(), "")
    return (stem, environment) if dash and stem and environment else (name, "")


def repository_name(url: str) -> str:
    """`host/path` of a repository, whichever way its address is written."""
    text = url.strip()
    match = URL_STYLE.fullmatch(text) or SCP_STYLE.fullmatch(text)
    plain = f"{match['host']}/{match['path']}" if match else text
    host, slash, path = plain.rstrip("/").removesuffix(".git").partition("/")
    return f"{host.lower()}{slash}{path}"


def release_name(*candidates: str) -> str:
    """The first candidate that reads like a version (`v1.4.2`), else empty."""
    return next((text for text in candidates if VERSION.fullmatch(text)), "")


def deployment_kind(*, stated: str = "", ref: str = "", task: str = "") -> DeploymentKind:
    """What the sender's own words say: an explicit kind, then the task, then the branch."""
    words = stated.lower() or task.lower()
    if "rollback" in words:
        return "rollback"
    on_hotfix_branch = re.match(r"(refs/heads/)?hotfix[/-]", ref) is not None
    return "hotfix" if "hotfix" in words or (on_hotfix_branch and not stated) else "planned"
