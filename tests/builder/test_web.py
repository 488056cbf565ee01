from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.builder.plans.web import web_plan
from sm_dns.generation.web import NO_WEB, WebPlan
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from tests.support.certificates import make_certificate


def plan(directory: Path, *lines: str) -> WebPlan:
    config = directory / "sm-dns.yaml"
    config.write_text("\n".join(["schedules: {default: {}}", *lines]) + "\n")
    return web_plan(load_settings(config))


def test_it_is_off_without_addresses(tmp_path: Path) -> None:
    assert plan(tmp_path) == plan(tmp_path, "web: {hosts: [x.example]}") == NO_WEB
    assert not NO_WEB.is_on


def test_loopback_needs_no_certificate_and_others_do(tmp_path: Path) -> None:
    """T17: no password in the clear."""
    found = plan(
        tmp_path, 'web: {listen: ["127.0.0.1:8053", "[::1]:8053"], hosts: [dns.example], language: en}'
    )
    assert (found.plain, found.encrypted) == ((("127.0.0.1", 8053), ("::1", 8053)), ())
    assert (found.hosts, found.language, found.is_on) == (("dns.example",), "en", True)
    assert found.words == shipped("jkdm").words
    with pytest.raises(BadInput, match=r"10\.0\.0\.5:443 is not loopback: it needs a certificate"):
        plan(tmp_path, 'web: {listen: ["127.0.0.1:8053", "10.0.0.5:443"]}')


def test_pages_have_the_words_of_the_agency(tmp_path: Path) -> None:
    found = plan(tmp_path, 'web: {listen: ["127.0.0.1:8053"]}', "notice: {profile: ump}")
    assert found.words == shipped("ump").words


def test_a_certificate_of_its_own_or_that_of_the_listeners(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    files = "certificate: tls.pem, key: tls.key"
    found = plan(tmp_path, f'web: {{listen: ["127.0.0.1:8053", "10.0.0.5:443"], {files}}}')
    assert (found.plain, len(found.encrypted)) == ((), 2)
    found = plan(tmp_path, 'web: {listen: ["127.0.0.1:8053", "10.0.0.5:443"]}', f"tls: {{{files}}}")
    assert (found.plain, found.encrypted) == ((("127.0.0.1", 8053),), (("10.0.0.5", 443),))
    assert found.certificate == str(tmp_path / "tls.pem")
    (tmp_path / "tls.key").write_text("no key")
    with pytest.raises(BadInput, match=r"web\.certificate"):
        plan(tmp_path, f'web: {{listen: ["10.0.0.5:443"], {files}}}')


def test_without_its_libraries_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "jinja2" else found(name))
    assert plan(tmp_path) == NO_WEB
    with pytest.raises(BadInput, match=r"needs the extra web"):
        plan(tmp_path, 'web: {listen: ["127.0.0.1:8053"]}')


@pytest.mark.parametrize("host", ["UPPER.example", "x y", "", "-x", "https://x"])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(BadInput, match=r"web\.hosts"):
        plan(tmp_path, f'web: {{hosts: ["{host}"]}}')
