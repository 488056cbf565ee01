"""A worker's DoT and DoH with real clients: kdig, dnspython, a browser-like HTTP/1.1; the certificate replaced."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import httpx
import pytest

from sm_dns.dns.names import from_text
from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.messages import make_query
from tests.support.workers import RunningWorker, running_worker, write_generation

HOST = "127.0.0.1"


def tls_settings(certificate: Path, key: Path) -> dict[str, Any]:
    name = from_text("dns.example").hex()
    files = {"certificate": str(certificate), "key": str(key), "seen": []}
    return {"tls": {**files, "name": name, "doh_path": "/dns-query"}}


class Site:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.certificate, self.key = make_certificate(directory)
        self._number = 0

    def generation(self) -> Path:
        self._number += 1
        settings = tls_settings(self.certificate, self.key)
        return write_generation(self.directory, self._number, [], settings)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def worker(site: Site) -> Iterator[RunningWorker]:
    with running_worker(site.generation(), encrypted=True) as running:
        yield running


def kdig(worker: RunningWorker, which: int, *options: str) -> str:
    require("kdig")
    command = ["kdig", f"@{HOST}", "-p", str(worker.secure_ports[which]), "youtube.com", "A", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def presented(worker: RunningWorker, which: int) -> bytes:
    """The certificate that a listener presents."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((HOST, worker.secure_ports[which]), 60) as plain,
        context.wrap_socket(plain) as wrapped,
    ):
        return wrapped.getpeercert(binary_form=True) or b""


def test_kdig_asks_over_tls_and_https(site: Site, worker: RunningWorker) -> None:
    trust = f"+tls-ca={site.certificate}"
    assert "192.0.2.53" in kdig(worker, 0, trust, "+tls-hostname=dns.example")
    for method in ("+https", "+https-get"):
        options = (trust, "+tls-hostname=dns.example", method)
        assert "192.0.2.53" in kdig(worker, 1, *options), method
    stats = worker.stats()
    assert (stats["queries_dot"], stats["queries_doh"], stats["queries_tcp"]) == (1, 2, 0)


def test_dnspython_asks_over_tls(site: Site, worker: RunningWorker) -> None:
    reply = dns.query.tls(
        make_query("youtube.com"),
        HOST,
        port=worker.secure_ports[0],
        server_hostname="dns.example",
        verify=str(site.certificate),
        timeout=60,
    )
    assert reply.answer[0][0].to_text() == "192.0.2.53"


def test_httpx_asks_over_https(site: Site, worker: RunningWorker) -> None:
    wire = make_query("youtube.com", id=0).to_wire()
    trust = ssl.create_default_context(cafile=site.certificate)
    url = f"https://{HOST}:{worker.secure_ports[1]}/dns-query"
    with httpx.Client(http2=True, http1=False, verify=trust, trust_env=False, timeout=60) as client:
        media = "application/dns-message"
        posted = client.post(url, content=wire, headers={"content-type": media})
        got = client.get(url, params={"dns": base64.urlsafe_b64encode(wire).rstrip(b"=").decode()})
        for reply in (posted, got):
            assert (reply.status_code, reply.headers["content-type"]) == (200, media)
            assert reply.headers["cache-control"] == "max-age=60"
            assert dns.message.from_wire(reply.content).answer[0][0].to_text() == "192.0.2.53"
        assert client.get(url.replace("/dns-query", "/")).status_code == 404


def test_addresses_turn_over_https_where_every_id_is_0(tmp_path: Path) -> None:
    """RFC 8484 §4.1 asks for that ID."""
    certificate, key = make_certificate(tmp_path)
    owner = from_text("printer.office").hex()
    rows = [(owner, 1, 300, bytes((10, 0, 0, at)).hex()) for at in range(1, 4)]
    settings = {**tls_settings(certificate, key), "local": rows}
    question = make_query("printer.office", id=0).to_wire()
    trust = ssl.create_default_context(cafile=certificate)
    with (
        running_worker(write_generation(tmp_path, 1, [], settings), encrypted=True) as worker,
        httpx.Client(http2=True, http1=False, verify=trust, trust_env=False, timeout=60) as client,
    ):
        url = f"https://{HOST}:{worker.secure_ports[1]}/dns-query"
        asked = [
            client.post(url, content=question, headers={"content-type": "application/dns-message"})
            for _ in range(60)
        ]
    assert len({dns.message.from_wire(reply.content).answer[0][0].to_text() for reply in asked}) == 3


def test_kdig_sees_padding_and_keepalive(site: Site, worker: RunningWorker) -> None:
    trust = (f"+tls-ca={site.certificate}", "+tls-hostname=dns.example", "+edns", "+padding")
    for which, options in ((0, trust), (1, (*trust, "+https"))):
        assert "Received 468 B" in kdig(worker, which, *options)


def test_old_http_is_told_so(worker: RunningWorker, site: Site) -> None:
    context = ssl.create_default_context(cafile=site.certificate)
    context.set_alpn_protocols(["http/1.1"])
    with (
        socket.create_connection((HOST, worker.secure_ports[1]), 60) as plain,
        context.wrap_socket(plain, server_hostname="dns.example") as wrapped,
    ):
        wrapped.sendall(b"GET /dns-query HTTP/1.1\r\nHost: dns.example\r\n\r\n")
        assert wrapped.recv(100).startswith(b"HTTP/1.1 505 ")


def test_the_listeners_are_discovered(worker: RunningWorker) -> None:
    asked = make_query("_dns.resolver.arpa", "SVCB")
    reply = dns.query.udp(asked, HOST, port=worker.port, timeout=60)
    assert [record.target.to_text() for record in reply.answer[0]] == ["dns.example."] * 2


def test_a_new_certificate_is_presented_without_a_restart(site: Site, worker: RunningWorker) -> None:
    before = [presented(worker, which) for which in (0, 1)]
    make_certificate(site.directory)
    assert worker.load(site.generation())["event"] == "loaded"
    after = [presented(worker, which) for which in (0, 1)]
    expected = ssl.PEM_cert_to_DER_cert(site.certificate.read_text())
    assert before[0] == before[1] != expected
    assert after == [expected, expected]


def test_a_broken_certificate_changes_nothing(site: Site, worker: RunningWorker) -> None:
    before = presented(worker, 0)
    site.certificate.write_text("not a certificate")
    answer = worker.load(site.generation())
    assert answer["event"] == "failed"
    assert "no certificate" in str(answer["reason"])
    assert presented(worker, 0) == before


def test_a_worker_that_starts_with_a_broken_certificate_answers_the_rest(site: Site) -> None:
    site.certificate.write_text("not a certificate")
    with running_worker(site.generation(), encrypted=True) as worker:
        reply = dns.query.udp(make_query("youtube.com"), HOST, port=worker.port, timeout=60)
        assert reply.answer[0][0].to_text() == "192.0.2.53"
        with pytest.raises(OSError):
            presented(worker, 0)
