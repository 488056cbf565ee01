"""The dashboard's certificate, made by the real openssl and believed by a real handshake."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from sm_dns.setup.certificates import OWN_CA, SELF_MADE, Wanted, fingerprint, fits, make, present_kind
from sm_dns.setup.host import Host
from sm_dns.util.errors import BadInput
from tests.conftest import require

NAMES = ("dns.agency.gov.my", "10.0.0.5", "fd00::5")


def wanted(folder: Path, kind: str, *names: str) -> Wanted:
    require("openssl")
    return Wanted(folder, kind, names or NAMES)


def believed(made: Wanted, anchor: Path, name: str) -> bool:
    """Whether a browser that trusts `anchor` believes the certificate for a name."""
    here, there = socket.socketpair()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.certificate, made.key)

    def serve() -> None:
        try:
            server.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, OSError):
            there.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        context = ssl.create_default_context(cafile=str(anchor))
        with context.wrap_socket(here, server_hostname=name):
            return True
    except ssl.SSLCertVerificationError:
        return False
    finally:
        here.close()
        thread.join()


@pytest.mark.parametrize("kind", [SELF_MADE, OWN_CA])
def test_it_is_believed_for_its_names_and_for_no_others(kind: str, tmp_path: Path) -> None:
    made = wanted(tmp_path, kind)
    make(Host(), made, None)
    anchor = made.ca if kind == OWN_CA else made.certificate
    assert [believed(made, anchor, name) for name in (*NAMES, "10.0.0.6", "other.example")] == [True] * 3 + [
        False
    ] * 2
    assert made.key.stat().st_mode & 0o777 == 0o640
    assert present_kind(made.written[0]) == kind
    assert fits(Host(), made)
    assert not fits(Host(), Wanted(tmp_path, kind, (*NAMES, "10.0.0.6")))
    assert len(fingerprint(made.certificate)) == 32 * 3 - 1
    assert not list(made.certificate.parent.glob(".*"))


def test_the_signer_stays_for_the_same_names_and_another_is_made_for_others(tmp_path: Path) -> None:
    made = wanted(tmp_path, OWN_CA)
    make(Host(), made, None)
    first = fingerprint(made.ca)
    assert made.ca.with_name("ca.key").stat().st_mode & 0o777 == 0o600
    make(Host(), made, None)
    assert fingerprint(made.ca) == first
    more = Wanted(tmp_path, OWN_CA, ("10.0.0.5", "10.0.0.6"))
    make(Host(), more, None)
    assert fingerprint(made.ca) != first
    assert believed(more, more.ca, "10.0.0.6")


def test_a_signer_for_addresses_signs_no_names(tmp_path: Path) -> None:
    made = wanted(tmp_path, OWN_CA, "10.0.0.5")
    make(Host(), made, None)
    shown = Host().run("openssl", "x509", "-noout", "-ext", "nameConstraints", "-in", str(made.ca)).said
    assert "DNS:invalid" in shown and "IP:10.0.0.5/255.255.255.255" in shown


def test_what_openssl_says_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="openssl could not make the certificate"):
        make(Host(), wanted(tmp_path, SELF_MADE, "fe80::1%eth0"), None)


def test_one_of_the_agency_is_none_of_ours() -> None:
    assert present_kind("tls/cert.pem") is None and present_kind(None) is None


def test_what_is_no_certificate_has_no_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(BadInput, match="is no certificate"):
        fingerprint(tmp_path / "x")
