"""The whole command with DoT and DoH, asked by kdig, and its certificate renewed under it."""

from __future__ import annotations

import ssl
import subprocess
import time

import pytest

from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.processes import free_port
from tests.support.server import House


def kdig(port: int, *options: str) -> str:
    command = ["kdig", "@127.0.0.1", "-p", str(port), "netflix.com", "A", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.mark.ipv6
def test_encrypted_listeners_from_the_configuration_to_the_client(house: House) -> None:
    require("kdig")
    certificate, _ = make_certificate(house.directory)
    dot, doh = free_port(), free_port()
    house.write(
        "tls: {certificate: tls.pem, key: tls.key, name: dns.example,"
        f' dot: ["127.0.0.1:{dot}"], doh: ["127.0.0.1:{doh}"], doh_path: /ask}}'
    )
    server = house.start()
    where = f"127.0.0.1:{house.port} [::1]:{house.port} tls://127.0.0.1:{dot} https://127.0.0.1:{doh}/ask"
    assert server.out.splitlines()[0] == f"ready {where}"
    assert house.status()["listening"] == where.split()
    trust = (f"+tls-ca={certificate}", "+tls-hostname=dns.example")
    assert "0.0.0.0" in kdig(dot, *trust)
    assert "0.0.0.0" in kdig(doh, *trust, "+https=dns.example/ask")
    told = house.dig("_dns.resolver.arpa", "SVCB")
    assert [record[5] for record in told.answer] == ["dns.example.", "dns.example."]

    make_certificate(house.directory)
    renewed = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    deadline = time.monotonic() + 60
    while ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", dot))) != renewed:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "0.0.0.0" in kdig(dot, *trust)
    assert house.stop() == 0
