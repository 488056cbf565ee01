from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

import pytest

from sm_dns.builder.plans.encryption import encryption
from sm_dns.builder.process import compile_generation
from sm_dns.serve import worker_settings as served
from sm_dns.serve.worker_settings import RESOLVER_FILE
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from tests.support.certificates import make_certificate
from tests.support.site import CONFIG, NOON, Site

TLS = """\
tls:
  certificate: tls.pem
  key: tls.key
  name: dns.example
  dot: ["127.0.0.1:8853"]
  doh: ["127.0.0.1:8443"]
"""


@pytest.fixture
def encrypted(site: Site) -> Site:
    make_certificate(site.config.parent)
    site.config.write_text(CONFIG + TLS)
    return site


def test_without_a_certificate_nothing_is_encrypted(site: Site) -> None:
    assert encryption(load_settings(site.config)) is None
    assert served.load(site.compile().directory).tls is None


def test_workers_get_paths_and_never_a_key(encrypted: Site) -> None:
    directory = compile_generation(encrypted.config, NOON)
    found = served.load(directory).tls
    assert found is not None
    folder = encrypted.config.parent
    assert (found.certificate, found.key) == (folder / "tls.pem", folder / "tls.key")
    assert (found.name, found.doh_path) == (b"\3dns\7example\0", "/dns-query")
    secret = (folder / "tls.key").read_text().splitlines()[1]
    assert all(secret.encode() not in file.read_bytes() for file in directory.iterdir())


def test_another_certificate_is_another_generation_and_is_watched(encrypted: Site) -> None:
    first = encrypted.compile()
    assert encrypted.compile().same_answers(first)
    make_certificate(encrypted.config.parent)
    assert not encrypted.compile().same_answers(first)
    assert {str(encrypted.config.parent / name) for name in ("tls.pem", "tls.key")} <= set(
        first.service.watched
    )
    assert first.service.dot == (("127.0.0.1", 8853),)
    assert first.service.doh == (("127.0.0.1", 8443),)


def test_a_link_that_leads_elsewhere_is_another_certificate(encrypted: Site) -> None:
    """Renewals often change where a link leads."""
    folder = encrypted.config.parent
    links = []
    for name in ("tls.pem", "tls.key"):
        (folder / name).rename(folder / f"1-{name}")
        (folder / name).symlink_to(f"1-{name}")
        links.append(folder / name)
    first = encrypted.compile()
    make_certificate(folder, stem="2-tls")
    for link, target in zip(links, ("2-tls.pem", "2-tls.key"), strict=True):
        link.unlink()
        link.symlink_to(target)
    assert not encrypted.compile().same_answers(first)


@pytest.mark.parametrize(
    ("file", "text", "line", "reason"),
    [
        ("tls.key", None, 7, "tls.key: .*tls.key: cannot be read: No such file"),
        ("tls.pem", None, 6, "tls.certificate: .*tls.pem: cannot be read: No such file"),
        ("tls.pem", "no", 6, "tls.certificate: .*no certificate and unencrypted key"),
    ],
)
def test_files_that_cannot_be_used_are_named_with_the_line(
    encrypted: Site, file: str, text: str | None, line: int, reason: str
) -> None:
    path = encrypted.config.parent / file
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(BadInput, match=reason) as caught:
        encryption(load_settings(encrypted.config))
    assert caught.value.file == str(encrypted.config)
    assert caught.value.line == line


def test_a_key_of_another_certificate_is_said(encrypted: Site, tmp_path: Path) -> None:
    _, other = make_certificate(tmp_path, stem="other")
    other.replace(encrypted.config.parent / "tls.key")
    with pytest.raises(BadInput, match="is not the key of this certificate"):
        encryption(load_settings(encrypted.config))


def test_a_missing_library_is_said(encrypted: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match="needs the extra doh"):
        encryption(load_settings(encrypted.config))


def test_a_touched_file_is_looked_at_again(encrypted: Site) -> None:
    first = encrypted.compile()
    os.utime(encrypted.config.parent / "tls.pem", (1, 1))
    second = encrypted.compile()
    seen = [
        json.loads((one.directory / RESOLVER_FILE).read_bytes())["tls"]["seen"] for one in (first, second)
    ]
    assert seen[0] != seen[1]
