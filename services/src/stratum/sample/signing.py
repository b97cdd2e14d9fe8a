"""The headers of each sender, with its proof that the body is its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from stratum.sample.delivery import Delivery, Source
from stratum.settings import read_secret


@dataclass(frozen=True)
class Secrets:
    """The collector's sample secrets: what they authenticate is marked as sample data.

    `gitlab_signing` is a `whsec_` key; without one, GitLab's deliveries all bear the token.
    """

    argocd: str
    github: str
    gitlab: str
    gitlab_signing: str = ""


def read_secrets(folder: Path) -> Secrets:
    """Read `collector.sample_<source>_secret` of each source, and GitLab's signing secret."""

    def one(source: Source) -> str:
        return read_secret(folder / f"collector.sample_{source}_secret")

    signing = folder / "collector.sample_gitlab_signing_secret"
    return Secrets(
        argocd=one("argocd"),
        github=one("github"),
        gitlab=one("gitlab"),
        gitlab_signing=read_secret(signing) if signing.exists() else "",
    )


def headers(delivery: Delivery, secrets: Secrets, now: float) -> dict[str, str]:
    """The headers as the sender sets them; `now` is when it is sent."""
    kept = {"Content-Type": "application/json"}
    if delivery.source == "argocd":
        return kept | {"Authorization": f"Bearer {secrets.argocd}"}
    if delivery.source == "github":
        return kept | _github(delivery, secrets.github)
    return kept | _gitlab(delivery, secrets, int(now))


def _github(delivery: Delivery, secret: str) -> dict[str, str]:
    proof = hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    return {
        "User-Agent": "GitHub-Hookshot/sample",
        "X-GitHub-Event": delivery.kind,
        "X-GitHub-Delivery": delivery.delivery,
        "X-GitHub-Hook-ID": "480000001",
        "X-GitHub-Hook-Installation-Target-Type": "organization",
        "X-Hub-Signature-256": f"sha256={proof}",
    }


def _gitlab(delivery: Delivery, secrets: Secrets, now: int) -> dict[str, str]:
    common = {
        "User-Agent": "GitLab/sample",
        "X-Gitlab-Event": delivery.kind,
        "X-Gitlab-Event-UUID": delivery.delivery,
        "X-Gitlab-Instance": "https://gitlab.com",
        "Idempotency-Key": delivery.delivery,
    }
    if delivery.signature == "token" or not secrets.gitlab_signing:
        return common | {"X-Gitlab-Token": secrets.gitlab}
    return common | {
        "webhook-id": delivery.delivery,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{_standard(delivery, secrets.gitlab_signing, now)}",
    }


def _standard(delivery: Delivery, secret: str, now: int) -> str:
    """The Standard Webhooks signature over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message = b".".join((delivery.delivery.encode(), str(now).encode(), delivery.body))
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
