from __future__ import annotations

import base64

import pytest

from stratum.collector.authentication import (
    Accepted,
    Refused,
    Secret,
    check_bearer,
    check_github,
    check_gitlab,
    load_secrets,
)
from stratum.collector.settings import SecretSettings
from stratum.settings import SettingsError

OLD, NEW = Secret("old", b"old token"), Secret("new", b"new token", sample=True)

# The example in GitHub's documentation on validating deliveries.
GITHUB = Secret("github", b"It's a Secret to Everybody")
GITHUB_BODY = b"Hello, World!"
GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

# The Standard Webhooks example; its signature was checked with openssl dgst -mac HMAC.
SIGNING = Secret("signing", base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), signing=True)
SIGNED_BODY = b'{"test": 2432232314}'
SIGNED_AT = 1614265330
SIGNED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(SIGNED_AT),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


@pytest.mark.parametrize("secret", [OLD, NEW], ids=["old", "new"])
def test_each_of_two_active_tokens_is_accepted_and_named(secret):
    headers = {"authorization": f"Bearer {secret.value.decode()}"}

    assert check_bearer(headers, [OLD, NEW]) == Accepted(secret)


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Basic b2xk"}, {"authorization": "Bearer "}]
)
def test_a_request_without_a_bearer_token_is_told_so(headers):
    assert check_bearer(headers, [OLD]) == Refused(
        "there is no bearer token", "send Authorization: Bearer <token>"
    )


@pytest.mark.parametrize("token", ["old toke", "old token2", "x", "ö"])
def test_any_other_bearer_token_is_refused(token):
    assert isinstance(check_bearer({"authorization": f"Bearer {token}"}, [OLD, NEW]), Refused)


def test_the_documented_github_signature_is_accepted():
    headers = {"x-hub-signature-256": GITHUB_SIGNATURE}

    assert check_github(headers, GITHUB_BODY, [OLD, GITHUB]) == Accepted(GITHUB)


@pytest.mark.parametrize(
    ("signature", "body"),
    [
        ("", GITHUB_BODY),
        (GITHUB_SIGNATURE, GITHUB_BODY + b"\n"),
        (GITHUB_SIGNATURE.removeprefix("sha256="), GITHUB_BODY),
        (GITHUB_SIGNATURE[:-1] + "f", GITHUB_BODY),
        ("sha256=ü", GITHUB_BODY),
    ],
    ids=["none", "other body", "no scheme", "other digest", "not ascii"],
)
def test_any_other_github_signature_is_refused(signature, body):
    assert isinstance(check_github({"x-hub-signature-256": signature}, body, [GITHUB]), Refused)


def test_a_gitlab_token_is_accepted():
    assert check_gitlab({"x-gitlab-token": "new token"}, b"", [OLD, NEW], 0) == Accepted(NEW)


def test_the_standard_webhooks_signature_is_accepted():
    assert check_gitlab(SIGNED, SIGNED_BODY, [OLD, SIGNING], SIGNED_AT) == Accepted(SIGNING)


def test_one_good_signature_among_several_is_enough():
    headers = SIGNED | {"webhook-signature": f"v1,AAAA v2,x {SIGNED['webhook-signature']}"}

    assert check_gitlab(headers, SIGNED_BODY, [SIGNING], SIGNED_AT) == Accepted(SIGNING)


@pytest.mark.parametrize("late", [-300, 300])
def test_a_signature_five_minutes_away_is_accepted(late):
    assert check_gitlab(SIGNED, SIGNED_BODY, [SIGNING], SIGNED_AT + late) == Accepted(SIGNING)


@pytest.mark.parametrize("late", [-301, 301])
def test_a_signature_more_than_five_minutes_away_is_refused(late):
    assert check_gitlab(SIGNED, SIGNED_BODY, [SIGNING], SIGNED_AT + late) == Refused(
        "the webhook-timestamp is more than 300 seconds away", "check the clocks of both machines"
    )


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_a_signature_without_its_companions_is_refused(name):
    headers = {key: value for key, value in SIGNED.items() if key != name}

    assert check_gitlab(headers, SIGNED_BODY, [SIGNING], SIGNED_AT) == Refused(
        "the signature lacks a webhook-id or a webhook-timestamp",
        "send all three headers of Standard Webhooks",
    )


@pytest.mark.parametrize("signature", ["", "v1,AAAA"])
def test_a_bad_signature_is_refused_even_beside_a_good_token(signature):
    headers = SIGNED | {"webhook-signature": signature, "x-gitlab-token": "old token"}

    assert isinstance(check_gitlab(headers, SIGNED_BODY, [OLD, SIGNING], SIGNED_AT), Refused)


def test_a_signing_secret_is_no_token():
    token = SIGNING.value.decode("latin-1")

    assert isinstance(check_gitlab({"x-gitlab-token": token}, b"", [SIGNING], 0), Refused)


def test_a_signing_secret_is_read_from_base64(tmp_path):
    path = write_secret(tmp_path, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")

    assert load_secrets([SecretSettings("signing", path)]) == (SIGNING,)


def test_a_signing_secret_that_is_not_base64_is_an_error(tmp_path):
    path = write_secret(tmp_path, "whsec_%")

    with pytest.raises(SettingsError) as caught:
        load_secrets([SecretSettings("signing", path)])

    assert str(caught.value) == (
        f"{path}: the signing secret signing is not base64 after whsec_; "
        "copy the whole signing token"
    )


def write_secret(folder, value):
    path = folder / "secret"
    path.touch(mode=0o600)
    path.write_text(value)
    return path
