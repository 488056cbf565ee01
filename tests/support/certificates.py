"""Certificates made by the real openssl."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import require


def make_certificate(directory: Path, name: str = "dns.example", stem: str = "tls") -> tuple[Path, Path]:
    """A self-signed certificate for a name and 127.0.0.1, and its key."""
    require("openssl")
    certificate, key = directory / f"{stem}.pem", directory / f"{stem}.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={name}"]
    command += ["-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
