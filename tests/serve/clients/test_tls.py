from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from sm_dns.serve.clients.tls import DOT, server_context
from sm_dns.util.errors import BadInput
from tests.support.certificates import make_certificate


def test_old_versions_are_not_spoken(tmp_path: Path) -> None:
    context = server_context(*make_certificate(tmp_path), DOT)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    _, other = make_certificate(tmp_path, stem="other")
    with pytest.raises(BadInput, match=f"tls.pem: {other} is not the key of this certificate"):
        server_context(certificate, other, DOT)
    with pytest.raises(BadInput, match=r"missing.key: cannot be read: No such file"):
        server_context(certificate, tmp_path / "missing.key", DOT)
    with pytest.raises(BadInput, match="no certificate and unencrypted key"):
        server_context(key, key, DOT)
