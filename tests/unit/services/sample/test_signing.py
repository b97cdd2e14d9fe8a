"""Each sender proves itself in its own way."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from stratum.sample.delivery import Delivery
from stratum.sample.signing import Secrets, headers, read_secrets
from stratum.settings import SettingsError

NOW = 1_795_262_400.7
BODY = b'{"object_kind":"push"}'
KEY = b"0123456789abcdef"
SECRETS = Secrets("a-secret", "g-secret", "l-secret", "whsec_" + base64.b64encode(KEY).decode())


def delivery(source, signature):
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return Delivery(source, "push", "d-1", signature, BODY, at)


def test_argocd_bears_the_token():
    sent = headers(delivery("argocd", "bearer"), SECRETS, NOW)
    assert sent["Authorization"] == "Bearer a-secret"


def test_github_signs_the_raw_body():
    sent = headers(delivery("github", "hmac"), SECRETS, NOW)
    proof = hmac.new(b"g-secret", BODY, hashlib.sha256).hexdigest()
    assert sent["X-Hub-Signature-256"] == f"sha256={proof}"
    assert (sent["X-GitHub-Event"], sent["X-GitHub-Delivery"]) == ("push", "d-1")


def test_gitlab_signs_id_time_and_body():
    sent = headers(delivery("gitlab", "standard"), SECRETS, NOW)
    proof = hmac.new(KEY, b"d-1.1795262400." + BODY, hashlib.sha256).digest()
    assert sent["webhook-signature"] == f"v1,{base64.b64encode(proof).decode()}"
    assert (sent["webhook-id"], sent["webhook-timestamp"]) == ("d-1", "1795262400")
    assert "X-Gitlab-Token" not in sent


@pytest.mark.parametrize(
    ("signature", "secrets"),
    [
        pytest.param("token", SECRETS, id="by-token"),
        pytest.param("standard", Secrets("a", "g", "l-secret"), id="no-signing-secret"),
    ],
)
def test_gitlab_bears_the_token(signature, secrets):
    sent = headers(delivery("gitlab", signature), secrets, NOW)
    assert sent["X-Gitlab-Token"] == "l-secret"
    assert "webhook-signature" not in sent


def test_secrets_are_read_from_the_folder(secrets_dir):
    signing = secrets_dir / "collector.sample_gitlab_signing_secret"
    signing.write_text("whsec_AAAA", encoding="utf-8")
    signing.chmod(0o600)
    assert read_secrets(secrets_dir) == Secrets(
        "argocd-secret", "github-secret", "gitlab-secret", "whsec_AAAA"
    )


def test_missing_secret_is_named(tmp_path):
    with pytest.raises(SettingsError) as caught:
        read_secrets(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "collector.sample_argocd_secret"))
