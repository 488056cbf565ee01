from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import open_generation
from sm_dns.generation.feeds import NO_FEEDS, SecondaryPlan
from tests.support.site import NOON

KEY = 'key "ns1" { algorithm hmac-sha256; secret "AAECAwQFBgcICQoLDA0ODw=="; };\n'
BASE = """\
listen: ["127.0.0.1:5335"]
upstreams: ["192.0.2.1"]
schedules: {default: {}}
groups: [{name: hq, clients: [10.0.0.0/8, "3c:22:fb:01:02:03"]}]
"""


def plan(folder: Path, *lines: str) -> tuple[object, str, list[str]]:
    """The plan, why the feeds are left out, and what is found about them."""
    config = folder / "sm-dns.yaml"
    config.write_text("\n".join((BASE, *lines)))
    service = open_generation(compile_generation(config, NOON)).service
    told = [str(one.text) for one in service.findings if "feeds" in str(one.text)]
    return service.feeds, str(service.left_out.get("feeds", "")), told


def test_nothing_without_addresses(tmp_path: Path) -> None:
    assert plan(tmp_path) == (NO_FEEDS, "", [])


def test_who_may_take_them(tmp_path: Path) -> None:
    key = tmp_path / "ns1.key"
    key.write_text(KEY)
    key.chmod(0o600)
    found, left_out, told = plan(
        tmp_path,
        "feeds:",
        '  listen: ["127.0.0.1:5354"]',
        "  secondaries:",
        "    - {address: 10.0.0.9, engine: bind, key: ns1.key, sources: ['::ffff:10.0.0.10']}",
        "    - {address: '[fd00::9]:5353', engine: unbound}",
    )
    assert left_out == ""
    assert found == NO_FEEDS.__class__(
        listen=(("127.0.0.1", 5354),),
        tls=(),
        https=(),
        certificate=None,
        key=None,
        suffix="smdns",
        secondaries=(
            SecondaryPlan("10.0.0.9", 53, str(key), "bind", ("10.0.0.10",)),
            SecondaryPlan("fd00::9", 5353, None, "unbound", ()),
        ),
    )
    # What the zones cannot say is said.
    assert len(told) == 1 and "group 'hq'" in told[0]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("  tls: ['127.0.0.1:8853']", "needs a certificate"),
        ("  https: ['127.0.0.1:8443']", "needs a certificate"),
        ("  secondaries: [{address: 10.0.0.9, key: nowhere.key}]", "nowhere.key: cannot be read"),
        ("  secondaries: [{address: 10.0.0.9, key: open.key}]", "everybody may read this key"),
    ],
)
def test_what_cannot_be_used_takes_the_feeds_away_and_nothing_else(
    tmp_path: Path, lines: str, reason: str
) -> None:
    (tmp_path / "open.key").write_text(KEY)
    (tmp_path / "open.key").chmod(0o644)
    found, left_out, _ = plan(tmp_path, "feeds:", "  listen: ['127.0.0.1:5354']", lines)
    assert found == NO_FEEDS
    assert reason in left_out
