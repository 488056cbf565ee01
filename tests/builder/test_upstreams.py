from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.builder.upstreams import system_upstreams, upstreams
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput


def found(tmp_path: Path, listen: str, wanted: str, resolv_conf: str = "") -> list[str]:
    config, system = tmp_path / "sm-dns.yaml", tmp_path / "resolv.conf"
    config.write_text(f"schedules: {{default: {{}}}}\nlisten: {listen}\nupstreams: {wanted}\n")
    system.write_text(resolv_conf)
    return [str(each) for each in upstreams(load_settings(config), (system,))]


def test_the_configured_ones_in_order_and_once(tmp_path: Path) -> None:
    wanted = "[192.0.2.1, '[2001:db8::1]:5353', system, 192.0.2.1]"
    system = "nameserver 192.0.2.9\nnameserver 192.0.2.1\n"
    assert found(tmp_path, "['127.0.0.1:53']", wanted, system) == [
        "192.0.2.1:53",
        "[2001:db8::1]:5353",
        "192.0.2.9:53",
    ]


@pytest.mark.parametrize("listen", ["['127.0.0.1:53']", "['0.0.0.0:53']"])
def test_a_host_that_uses_us_does_not_send_us_in_circles(tmp_path: Path, listen: str) -> None:
    system = "nameserver 127.0.0.1\nnameserver 192.0.2.9\n"
    assert found(tmp_path, listen, "[system]", system) == ["192.0.2.9:53"]
    assert found(tmp_path, listen, "[system]", "nameserver 127.0.0.1\n") == []
    with pytest.raises(BadInput, match=r"sm-dns.yaml:3: 127.0.0.1:53 is this resolver itself"):
        found(tmp_path, listen, "[127.0.0.1]")


def test_another_port_or_family_is_another_server(tmp_path: Path) -> None:
    assert found(tmp_path, "['0.0.0.0:5335']", "[127.0.0.1]") == ["127.0.0.1:53"]
    assert found(tmp_path, "['0.0.0.0:53']", "['::1']") == ["[::1]:53"]


def test_the_system_resolvers_come_from_resolv_conf(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(
        "# comment\nsearch example\nnameserver 192.0.2.1\nnameserver nonsense\nnameserver 192.0.2.1\n"
    )
    assert system_upstreams((file,)) == (Endpoint("192.0.2.1", 53),)


def test_behind_the_stub_stand_the_real_servers(tmp_path: Path) -> None:
    stub, real = tmp_path / "stub", tmp_path / "real"
    stub.write_text("nameserver 127.0.0.53\n")
    real.write_text("nameserver 192.0.2.1\nnameserver 2001:db8::1\n")
    assert system_upstreams((stub, real)) == (Endpoint("192.0.2.1", 53), Endpoint("2001:db8::1", 53))


UDP = "  sl  local_address rem_address st\n   0: {address}:0035 00000000:0000 07 0 0 0 0 0 0\n"


@pytest.mark.parametrize(
    ("address", "expected"), [("3500007F", ["127.0.0.53:53"]), ("00000000", []), ("", [])]
)
def test_a_stub_is_asked_itself_where_nothing_tells_who_stands_behind_it_and_it_lives(
    tmp_path: Path, address: str, expected: list[str]
) -> None:
    stub, real, proc = tmp_path / "stub", tmp_path / "real", tmp_path / "proc"
    stub.write_text("nameserver 127.0.0.53\n")
    (proc / "net").mkdir(parents=True)
    (proc / "net" / "udp").write_text(UDP.format(address=address) if address else "")
    assert [str(each) for each in system_upstreams((stub, real), proc)] == expected
    real.write_text("nameserver 127.0.0.1\n")  # resolved itself asks us, perhaps
    assert system_upstreams((stub, real), proc) == (Endpoint("127.0.0.1", 53),)


def test_a_stub_whose_place_we_take_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sm_dns.builder.upstreams.is_bound", lambda *place: True)
    stub = "nameserver 127.0.0.53\n"
    assert found(tmp_path, "['127.0.0.1:5335']", "[system]", stub) == ["127.0.0.53:53"]
    for listen in ("['127.0.0.53:53']", "['0.0.0.0:53']"):
        assert found(tmp_path, listen, "[system]", stub) == []
