"""A certificate authority of one gateway, as PEM text: made once, then read. Signs nothing itself.

No file and no clock: what is kept and what time it is are arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFETIME = timedelta(days=3652)  # ten years, as Caddy gives its own
CLOCKS_DIFFER_BY = timedelta(hours=1)
_NAME_LENGTH = 64  # what X.509 allows for a common name


class AuthorityError(ValueError):
    """What is kept is no authority."""


@dataclass(frozen=True)
class Authority:
    """Its certificate, which clients trust, and the key, which nobody may see."""

    certificate: str
    private_key: str

    @property
    def text(self) -> str:
        """Both, as one file."""
        return self.certificate + self.private_key


def make(name: str, now: datetime) -> Authority:
    """A new one, which may sign authorities below it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_NAME_LENGTH])])
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_DIFFER_BY)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_only_signs(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _written(builder.sign(key, hashes.SHA256()), key)


def read(text: str) -> Authority:
    """The one that `Authority.text` gave, looked at closely enough to be used.

    Raises:
        AuthorityError: where it is anything else.
    """
    try:
        certificate = x509.load_pem_x509_certificate(text.encode())
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise AuthorityError(f"holds no certificate and key as PEM text ({error})") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise AuthorityError("holds a key of another kind than an elliptic curve's")
    if key.public_key() != certificate.public_key():
        raise AuthorityError("holds a key that does not belong to its certificate")
    return _written(certificate, key)


def _only_signs() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _written(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Authority:
    pem = serialization.Encoding.PEM
    bare = serialization.NoEncryption()
    return Authority(
        certificate.public_bytes(pem).decode(),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, bare).decode(),
    )
