"""The end of the certificate of DoT and DoH is told before it comes."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from sm_dns.generation.certificate import WARNING_SECONDS, Certificate, certificate_findings, read_certificate
from tests.support.certificates import make_certificate

DAY = 86_400
GOOD = Certificate("/etc/tls.pem", 1_000_000.0, 1_000_000.0 + 365 * DAY)


def test_it_is_read_as_openssl_reads_it(tmp_path: Path) -> None:
    path, _ = make_certificate(tmp_path)
    other, _ = make_certificate(tmp_path, stem="other")
    path.write_text("a comment\n" + path.read_text() + other.read_text())  # the chain follows
    found = read_certificate(path)
    command = ["openssl", "x509", "-noout", "-dates", "-in", str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    start, end = (ssl.cert_time_to_seconds(line.partition("=")[2]) for line in told)
    assert found == Certificate(str(path), start, end)


def test_without_one_nothing_is_said(tmp_path: Path) -> None:
    assert read_certificate(None) is None
    assert read_certificate(tmp_path / "nothing.pem") is None
    for text in ("not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        (tmp_path / "bad.pem").write_text(text)
        assert read_certificate(tmp_path / "bad.pem") is None


@pytest.mark.parametrize(
    ("left", "level", "words"),
    [
        (WARNING_SECONDS, "warning", "expires in 21 days"),
        (20.2 * DAY, "warning", "expires in 20 days"),
        (DAY, "warning", "expires in 24 hours"),
        (0, "error", "has expired"),
        (-DAY, "error", "has expired"),
        (366 * DAY, "error", "not valid yet"),
    ],
)
def test_what_is_said_and_when(left: float, level: str, words: str) -> None:
    (found,) = certificate_findings(GOOD, GOOD.end - left)
    assert (found.level, str(found.text).startswith("/etc/tls.pem: the certificate ")) == (level, True)
    assert words in str(found.text)


@pytest.mark.parametrize("left", [WARNING_SECONDS + 1, 365 * DAY])
def test_a_good_one_is_passed_over(left: float) -> None:
    assert certificate_findings(GOOD, GOOD.end - left) == []
