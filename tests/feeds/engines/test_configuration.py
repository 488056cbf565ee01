"""Ready configuration, as far as the engines' own checkers judge it; `tests/e2e/feeds` starts them with it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.dns.names import from_text
from sm_dns.feeds.engines import bind, dnsmasq, knot, powerdns, unbound, windows
from sm_dns.feeds.engines.ready import Place, Wanted
from sm_dns.feeds.wire.tsig import Key
from tests.conftest import require

WANTED = Wanted(
    primaries=(Place("10.0.0.5", 5354), Place("fd00::5", 5354)),
    resolvers=(Place("10.0.0.5", 53), Place("fd00::5", 53)),
    suffix="feeds.example",
    ttl=120,
    key=Key(from_text("ns1"), bytes(range(32))),
    domains=("facebook.com", "tiktok.com"),
    secondaries=(Place("10.0.0.9", 53),),
)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return f"{done.returncode}: {done.stdout}{done.stderr}"


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)


def test_bind(tmp_path: Path) -> None:
    require("named-checkconf")
    wanted = replace(WANTED, folder=str(tmp_path))
    put(tmp_path, bind.gate(wanted).files)
    (tmp_path / "ns1.key").write_text(
        f'key "ns1" {{ algorithm hmac-sha256; secret "{WANTED.key.base64() if WANTED.key else ""}"; }};'
    )
    main = tmp_path / "named.conf"
    main.write_text(
        f'options {{ include "{tmp_path}/{bind.OPTIONS}"; }};\ninclude "{tmp_path}/{bind.ZONES}";\n'
    )
    assert run("named-checkconf", str(main)).startswith("0:")
    text = (tmp_path / bind.OPTIONS).read_text()
    order = [text.index(f'"{zone}.feeds.example"') for zone in ("always", "gate", "social")]
    assert order == sorted(order)
    put(tmp_path, bind.forward(wanted).files)
    assert run("named-checkconf", str(tmp_path / bind.ZONES)).startswith("0:")


@pytest.mark.parametrize("feed", [unbound.gate, unbound.forward])
def test_unbound(tmp_path: Path, feed: object) -> None:
    require("unbound-checkconf")
    assert callable(feed)
    put(tmp_path, feed(WANTED).files)
    main = tmp_path / "main.conf"
    main.write_text(
        f'server:\n  directory: "{tmp_path}"\n  chroot: ""\n  username: ""\ninclude: "{tmp_path}/{unbound.FILE}"\n'
    )
    assert run("unbound-checkconf", str(main)).startswith("0:")


def test_dnsmasq(tmp_path: Path) -> None:
    require("dnsmasq")
    put(tmp_path, dnsmasq.forward(WANTED).files)
    assert run("dnsmasq", "--test", f"--conf-file={tmp_path / dnsmasq.FILE}").startswith("0:")
    assert "server=/facebook.com/10.0.0.5#53\n" in (tmp_path / dnsmasq.FILE).read_text()


def test_knot_names_the_takers_and_signs_to_the_primaries(tmp_path: Path) -> None:
    require("knotc")
    put(tmp_path, knot.gate(WANTED).files)
    assert run("knotc", "-c", str(tmp_path / knot.FILE), "conf-check").startswith("0:")


def test_powerdns_begins_with_what_it_had_and_looks_after_the_gate_each_second() -> None:
    files = powerdns.gate(WANTED).files
    (gate,) = [line for line in files[powerdns.LUA].splitlines() if '"gate.feeds.example"' in line]
    assert "refresh=1," in gate and "seedFile=" in gate and 'tsigname="ns1"' in gate
    assert '"10.0.0.5:5354", "[fd00::5]:5354"' in gate
    assert "disable-packetcache=yes" in files[powerdns.SETTINGS]
    assert "tsigname" not in powerdns.gate(replace(WANTED, key=None)).files[powerdns.LUA]


def test_the_script_for_windows_holds_the_domains_and_the_servers() -> None:
    text = windows.forward(WANTED).files[windows.FILE]
    assert "$servers = @('10.0.0.5', 'fd00::5')\r\n" in text
    assert "  'facebook.com',\r\n  'tiktok.com'\r\n)" in text
    assert (
        text.index("param(") < text.index("$servers =") < text.index("Add-DnsServerConditionalForwarderZone")
    )
    assert "FromSeconds(120)" in text and "@TTL@" not in text
