"""The certificate of the dashboard where the agency has none: made by `openssl`, and known by its fingerprint."""

from __future__ import annotations

import hashlib
import os
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from sm_dns.setup.host import Host
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory

SELF_MADE, OWN_CA = "self-made", "own-ca"
FOLDER = "tls"  # beside the configuration
CERTIFICATE_DAYS = 825  # the longest that Apple's devices take of whoever signs
CA_DAYS = 3650
RENEW_SECONDS = 30 * 86_400  # before its end a run of setup makes another one
_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_SERVER = (
    "basicConstraints=critical,CA:FALSE",
    "extendedKeyUsage=serverAuth",
    "keyUsage=critical,digitalSignature",
)
_SIGNER = ("basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign")
_SUBJECT = "/CN=sm-dns dashboard"  # no name of a host: one beside addresses alone would be checked as such
_NO_NAME = "invalid"  # a domain that nobody has (RFC 6761): a CA for addresses alone signs no names


@dataclass(frozen=True)
class Wanted:
    """What a certificate is for: `kind` who signs it, `names` the names and addresses that browsers ask for.

    `beside` is the folder of the configuration.
    """

    beside: Path
    kind: str
    names: tuple[str, ...]

    @property
    def written(self) -> tuple[str, str]:
        """Certificate and key as the configuration names them."""
        return f"{FOLDER}/{self.kind}/dashboard.pem", f"{FOLDER}/{self.kind}/dashboard.key"

    @property
    def certificate(self) -> Path:
        """The file of the certificate."""
        return self.beside / self.written[0]

    @property
    def key(self) -> Path:
        """The file of its key."""
        return self.beside / self.written[1]

    @property
    def ca(self) -> Path:
        """The certificate of the signer, for the browsers of the office; of `OWN_CA` alone."""
        return self.certificate.with_name("ca.pem")


def present_kind(written: str | None) -> str | None:
    """Who signed the certificate that the configuration names; None for one that setup did not make."""
    return next(
        (kind for kind in (SELF_MADE, OWN_CA) if written == Wanted(Path(), kind, ()).written[0]), None
    )


def fits(host: Host, wanted: Wanted) -> bool:
    """Whether the certificate that is there will do: it does not end soon, and is for these names."""
    file = str(wanted.certificate)
    if not wanted.key.is_file() or not _lasts(host, wanted.certificate):
        return False
    shown = host.run("openssl", "x509", "-noout", "-ext", "subjectAltName", "-in", file).said
    named = {each.strip().partition(":")[2] for line in shown.splitlines()[1:] for each in line.split(",")}
    return {_as_shown(name) for name in wanted.names} <= named


def make(host: Host, wanted: Wanted, group: int | None) -> None:
    """Make a certificate and its key, which `group` may read. Raises `BadInput` that says what openssl said."""
    folder = wanted.certificate.parent
    make_directory(folder)
    certificate, key = folder / ".dashboard.pem.new", folder / ".dashboard.key.new"
    alternatives = ",".join(_alternatives(wanted.names))
    subject = ("-subj", _SUBJECT, *_extensions(f"subjectAltName={alternatives}", *_SERVER))
    if wanted.kind == SELF_MADE:
        days = ("-days", str(CERTIFICATE_DAYS))
        _openssl(
            host, "req", "-x509", *_CURVE, *days, *subject, "-keyout", str(key), "-out", str(certificate)
        )
    else:
        if not _lasts(host, wanted.ca):
            _make_ca(host, wanted)
        request = folder / ".dashboard.request"
        _openssl(host, "req", *_CURVE, *subject, "-keyout", str(key), "-out", str(request))
        if not _signed(host, wanted, request, certificate):  # that one may not sign these names
            _make_ca(host, wanted)
            if not _signed(host, wanted, request, certificate):
                raise BadInput("openssl does not believe the certificate of the dashboard that it made")
        request.unlink()
    if group is not None and os.geteuid() == 0:
        os.chown(key, 0, group)
    key.chmod(0o640)
    certificate.chmod(0o644)
    key.replace(wanted.key)
    certificate.replace(wanted.certificate)


def fingerprint(certificate: Path) -> str:
    """The SHA-256 of a certificate as browsers show it: `AB:CD:…`. Raises `BadInput`."""
    try:
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise BadInput("is no certificate: {reason}", file=certificate, reason=error) from error
    return hashlib.sha256(der).digest().hex(":").upper()


def _make_ca(host: Host, wanted: Wanted) -> None:
    """A signer that may sign these names and no others, so that browsers can trust it without more."""
    key = wanted.ca.with_name("ca.key")
    limits = "nameConstraints=critical," + ",".join(f"permitted;{each}" for each in _limits(wanted.names))
    subject = ("-subj", f"/CN=sm-dns {wanted.names[0]}", *_extensions(*_SIGNER, limits))
    out = ("-keyout", str(key), "-out", str(wanted.ca))
    _openssl(host, "req", "-x509", *_CURVE, "-days", str(CA_DAYS), *subject, *out)
    key.chmod(0o600)
    wanted.ca.chmod(0o644)


def _signed(host: Host, wanted: Wanted, request: Path, certificate: Path) -> bool:
    """Sign a request; whether what came of it is good."""
    signer = ("-CA", str(wanted.ca), "-CAkey", str(wanted.ca.with_name("ca.key")))
    days = ("-days", str(CERTIFICATE_DAYS), "-copy_extensions", "copy")
    _openssl(host, "x509", "-req", "-in", str(request), *signer, *days, "-out", str(certificate))
    return host.run("openssl", "verify", "-CAfile", str(wanted.ca), str(certificate)).code == 0


def _lasts(host: Host, certificate: Path) -> bool:
    command = ("openssl", "x509", "-noout", "-checkend", str(RENEW_SECONDS), "-in", str(certificate))
    return certificate.is_file() and host.run(*command).code == 0


def _openssl(host: Host, *words: str) -> None:
    done = host.run("openssl", *words)
    if done.code:
        reason = done.said.splitlines()[-1] if done.said else str(done.code)
        raise BadInput("openssl could not make the certificate of the dashboard: {reason}", reason=reason)


def _extensions(*extensions: str) -> Iterator[str]:
    for each in extensions:
        yield from ("-addext", each)


def _alternatives(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield f"IP:{name}" if _is_address(name) else f"DNS:{name}"


def _limits(names: Iterable[str]) -> Iterator[str]:
    known = [name for name in names if not _is_address(name)] or [_NO_NAME]
    yield from (f"DNS:{name}" for name in known)
    for address in filter(_is_address, names):
        yield f"IP:{address}/{ip_network(address).netmask}"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _as_shown(name: str) -> str:
    """A name as openssl prints it, which shortens no address of IPv6: `FD00:0:0:0:0:0:0:5`."""
    if not _is_address(name) or ":" not in name:
        return name
    return ":".join(f"{int(part, 16):X}" for part in ip_address(name).exploded.split(":"))
