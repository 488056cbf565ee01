"""Who a member is: one Ed25519 key, and a certificate that it made for itself, by which it is known on the way.

No authority signs anything: members know each other's certificates, octet by octet. So the certificate says
nothing but the key and a name, and does not end (RFC 5280 §4.1.2.5): whether a clock is right must not keep
members apart.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, is_there, make_directory, read_regular

KEY_FILE = "key.pem"  # key and certificate, in the folder of the fleet
MAX_KEY_BYTES = 16_384
_FROM = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_NEVER = datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Identity:
    """This member: its name, key, certificate (DER), and the file that holds both for TLS."""

    name: str
    key: Ed25519PrivateKey
    certificate: bytes
    file: Path

    def member(self, address: str) -> Member:
        """As others know it, with where it listens."""
        public = self.key.public_key().public_bytes_raw()
        return Member(self.name, public, self.certificate, address)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of a certificate in DER, in hex."""
    return hashlib.sha256(certificate).hexdigest()


def load_or_make(folder: Path, name: str) -> Identity:
    """The identity that is kept in a folder; a new one where there is none. Raises `BadInput` and `OSError`."""
    file = folder / KEY_FILE
    if not is_there(file):
        make_directory(folder, mode=0o750)
        atomic_write(file, _made(name), mode=0o600)
    data = read_regular(file, limit=MAX_KEY_BYTES)
    try:
        key = serialization.load_pem_private_key(data, None)
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise BadInput("is no key with its certificate: {reason}", file=file, reason=error) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("is not a key of Ed25519", file=file)
    return Identity(name, key, certificate.public_bytes(serialization.Encoding.DER), file)


def key_of(certificate: bytes) -> bytes:
    """The public Ed25519 key of a certificate in DER. Raises `BadInput`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise BadInput("is no certificate: {reason}", reason=error) from error
    if not isinstance(key, Ed25519PublicKey):
        raise BadInput("is not a key of Ed25519")
    return key.public_bytes_raw()


def _made(name: str) -> bytes:
    key = Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_NEVER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, None)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
