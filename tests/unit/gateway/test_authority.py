"""A gateway's authority: what it is, that it comes back as it was, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ansible_collections.stratum.platform.plugins.module_utils.gateway.authority import (
    AuthorityError,
    make,
    read,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_it_may_sign_authorities_below_it_and_nothing_else() -> None:
    certificate = x509.load_pem_x509_certificate(make("shop gateway", NOW).certificate.encode())
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (
        True,
        True,
        1,
    )
    assert (usage.value.key_cert_sign, usage.value.digital_signature) == (True, False)
    assert certificate.subject.rfc4514_string() == "CN=shop gateway"
    certificate.verify_directly_issued_by(certificate)


def test_it_holds_for_ten_years_and_for_clocks_that_are_behind() -> None:
    certificate = x509.load_pem_x509_certificate(make("x", NOW).certificate.encode())
    assert certificate.not_valid_before_utc == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert certificate.not_valid_after_utc == datetime(2036, 11, 20, 12, tzinfo=UTC)


def test_a_long_name_is_cut_where_certificates_end() -> None:
    certificate = x509.load_pem_x509_certificate(make("x" * 70, NOW).certificate.encode())
    assert certificate.subject.rfc4514_string() == f"CN={'x' * 64}"


def test_what_was_kept_is_the_same_again() -> None:
    made = make("x", NOW)
    assert read(made.text) == made


def test_text_that_is_none_is_refused() -> None:
    with pytest.raises(AuthorityError, match=r"^holds no certificate and key as PEM text"):
        read("nothing")


def test_a_key_of_another_one_is_refused() -> None:
    mixed = make("x", NOW).certificate + make("x", NOW).private_key
    with pytest.raises(AuthorityError) as error:
        read(mixed)
    assert str(error.value) == "holds a key that does not belong to its certificate"


def test_a_key_of_another_kind_is_refused() -> None:
    key = rsa.generate_private_key(65537, 2048)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(AuthorityError) as error:
        read(make("x", NOW).certificate + text)
    assert str(error.value) == "holds a key of another kind than an elliptic curve's"
