"""The bed's certificate authorities, what they sign, and kubeconfigs made of it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """A certificate authority in a folder; `load` it again from there at any time."""

    folder: Path
    name: str

    @property
    def pair(self) -> Pair:
        return _pair(self.folder, self.name)

    def make(self) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        builder = _builder(subject, subject, key, datetime.now(UTC) - timedelta(days=2), LIFETIME)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        _write(self.pair, builder.sign(key, hashes.SHA256()), key)
        return self

    def server(self, name: str, names: Sequence[str], addresses: Sequence[str]) -> Pair:
        alternatives: list[x509.GeneralName] = [x509.DNSName(each) for each in names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(each)) for each in addresses]
        return self._sign(name, name, (), x509.SubjectAlternativeName(alternatives), LIFETIME)

    def client(
        self, name: str, user: str, groups: Sequence[str] = (), lifetime: timedelta = LIFETIME
    ) -> Pair:
        """With a negative lifetime the certificate is over already."""
        return self._sign(name, user, groups, None, lifetime)

    def _sign(
        self,
        name: str,
        user: str,
        groups: Sequence[str],
        alternatives: x509.SubjectAlternativeName | None,
        lifetime: timedelta,
    ) -> Pair:
        issuer = x509.load_pem_x509_certificate(self.pair.certificate.read_bytes())
        issuer_key = serialization.load_pem_private_key(self.pair.key.read_bytes(), None)
        assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, user))
        start = datetime.now(UTC) - timedelta(days=1)
        lasts = lifetime + timedelta(days=1)
        builder = _builder(x509.Name(attributes), issuer.subject, key, start, lasts)
        usage = ExtendedKeyUsageOID.SERVER_AUTH if alternatives else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
        if alternatives:
            builder = builder.add_extension(alternatives, False)
        pair = _pair(self.folder, name)
        _write(pair, builder.sign(issuer_key, hashes.SHA256()), key)
        return pair


def signing_key(folder: Path, name: str) -> Path:
    """A private key alone, for the tokens of service accounts."""
    path = folder / f"{name}.key"
    _write_key(path, ec.generate_private_key(ec.SECP256R1()))
    return path


def kubeconfig(
    path: Path, server: str, authority: Path, *, token: str = "", client: Pair | None = None
) -> Path:
    """JSON, which every reader of YAML reads. All that it needs is in the one file."""
    user = {"token": token} if client is None else {
        "client-certificate": str(client.certificate),
        "client-key": str(client.key),
    }  # fmt: skip
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "bed", "cluster": {"server": server, "certificate-authority": str(authority)}}
        ],
        "users": [{"name": "user", "user": user}],
        "contexts": [{"name": "bed", "context": {"cluster": "bed", "user": "user"}}],
        "current-context": "bed",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=1))
    return path


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    start: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lasts)
    )


def _pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.crt", folder / f"{name}.key")


def _write(pair: Pair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_key(pair.key, key)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
