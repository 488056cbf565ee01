"""What resolving does without takes nothing else away, whatever is wrong with it."""

from __future__ import annotations

import importlib.util

import pytest

from sm_dns.builder.optional_parts import optional_parts
from sm_dns.settings.load import load_settings
from tests.support.certificates import make_certificate
from tests.support.site import CONFIG, Site

PARTS = {
    "tls": 'tls: {certificate: tls.pem, key: tls.key, dot: ["127.0.0.1:8853"], doh: ["127.0.0.1:8443"]}',
    "web": 'web: {listen: ["10.0.0.5:8443"], certificate: tls.pem, key: tls.key}',
    "portal.https": 'portal: {listen: ["10.0.0.5:80"], https: ["10.0.0.6:443"], certificate: tls.pem, key: tls.key}',
}


def configured(site: Site, *lines: str) -> Site:
    site.config.write_text(CONFIG + "\n".join(lines) + "\n")
    return site


@pytest.mark.parametrize("part", PARTS)
def test_a_certificate_that_is_gone_takes_its_part_and_comes_back(site: Site, part: str) -> None:
    configured(site, PARTS[part])
    without = site.compile().service
    assert list(without.left_out) == [part]
    assert "sm-dns.yaml" in str(without.left_out[part]) or "tls.pem" in str(without.left_out[part])
    assert (without.dot, without.doh, without.https, without.web.is_on) == ((), (), (), False)
    assert without.listen == (("127.0.0.1", 5335),)
    make_certificate(site.config.parent)
    again = site.compile().service
    assert again.left_out == {}
    assert [bool(again.dot and again.doh), again.web.is_on, bool(again.https)] == [
        part == one for one in PARTS
    ]


def test_each_is_told_with_its_reason(site: Site) -> None:
    found = optional_parts(load_settings(configured(site, *PARTS.values()).config))
    assert sorted(found.left_out) == sorted(PARTS)
    assert found.tls is None and not found.web.is_on and not found.has_https


def test_the_dashboard_in_the_clear_on_the_lan_is_left_out(site: Site) -> None:
    settings = load_settings(configured(site, 'web: {listen: ["10.0.0.5:8053"]}').config)
    (reason,) = optional_parts(settings).left_out.values()
    assert str(reason).startswith(
        f"{site.config}:5: web.listen: 10.0.0.5:8053 is not loopback: it needs a cert"
    )


def test_a_library_that_is_missing_leaves_its_part_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    settings = load_settings(configured(site, 'web: {listen: ["127.0.0.1:8053"]}').config)
    assert "needs the extra web" in str(optional_parts(settings).left_out["web"])
