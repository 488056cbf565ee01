"""Who has port 53, by what /proc says, and what to type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sm_dns.setup.port_holder import PortHolder, port_holders

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
LINE = "  1: {address}:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 {inode} 2\n"
ANY, STUB, LAN, VIRTUAL = "00000000", "3500007F", "0500000A", "017AA8C0"


def kernel(folder: Path, *processes: tuple[str, str, str, str]) -> Path:
    """A /proc with processes: the address that each has, its name, its command line and its control group."""
    proc = folder / "proc"
    (proc / "net").mkdir(parents=True)
    lines = [HEADER]
    for number, (address, name, command, group) in enumerate(processes, 100):
        lines.append(LINE.format(address=address, inode=number))
        process = proc / str(number)
        (process / "fd").mkdir(parents=True)
        (process / "fd" / "3").symlink_to(f"socket:[{number}]")
        (process / "comm").write_text(f"{name}\n")
        (process / "cmdline").write_text("\0".join(command.split()) + "\0")
        (process / "cgroup").write_text(f"0::{group}\n")
    (proc / "net" / "udp").write_text("".join(lines))
    return proc


@pytest.mark.parametrize(
    ("process", "kind", "command"),
    [
        (
            (STUB, "systemd-resolve", "/usr/lib/systemd/systemd-resolved", "/system.slice/systemd-resolved.service"),
            "resolved",
            "",
        ),
        ((ANY, "unbound", "/usr/sbin/unbound -d", "/system.slice/unbound.service"), "other",
         "sudo systemctl disable --now unbound.service"),
        ((ANY, "named", "/usr/sbin/named", "/user.slice/session-1.scope"), "other", "sudo kill 100"),
        ((VIRTUAL, "dnsmasq", "/usr/sbin/dnsmasq --conf-file=/var/lib/libvirt/dnsmasq/default.conf", "/x"), "libvirt",
         "sudo virsh net-destroy default && sudo virsh net-autostart --disable default"),
        ((VIRTUAL, "dnsmasq", "dnsmasq --interface=lxdbr0", "/x"), "lxd",
         "sudo lxc network set lxdbr0 raw.dnsmasq port=0"),
        ((ANY, "dnsmasq", "/usr/sbin/dnsmasq", "/system.slice/dnsmasq.service"), "dnsmasq",
         "echo port=0 | sudo tee /etc/dnsmasq.d/sm-dns.conf && sudo systemctl restart dnsmasq"),
        ((ANY, "python3", "/opt/sm-dns/bin/python3 /opt/sm-dns/bin/sm-dns serve", "/system.slice/sm-dns.service"),
         "ours", ""),
        ((ANY, "python3", "/usr/bin/python3 -m sm_dns.serve.worker", "/user.slice"), "ours", ""),
    ],
)  # fmt: skip
def test_each_is_known_with_what_makes_it_let_go(
    process: tuple[str, str, str, str], kind: str, command: str, tmp_path: Path
) -> None:
    (found,) = port_holders(kernel(tmp_path, process))
    assert (found.kind, found.command, found.pid) == (kind, command, 100)


def test_who_may_not_be_looked_into_is_known_by_the_address_alone(tmp_path: Path) -> None:
    proc = kernel(tmp_path)
    (proc / "net" / "udp").write_text(
        HEADER + LINE.format(address=STUB, inode=7) + LINE.format(address=LAN, inode=8)
    )
    assert port_holders(proc) == (
        PortHolder("127.0.0.53", "udp", "resolved", "", 0, "", ""),
        PortHolder("10.0.0.5", "udp", "other", "", 0, "", ""),
    )


@pytest.mark.parametrize(
    ("held", "wanted", "does"),
    [
        ("127.0.0.53", "10.0.0.5", False),
        ("127.0.0.53", "127.0.0.1", False),
        ("127.0.0.53", "0.0.0.0", True),
        ("0.0.0.0", "10.0.0.5", True),
        ("10.0.0.5", "10.0.0.5", True),
        ("10.0.0.5", "::", False),
        ("::", "fd00::5", True),
    ],
)
def test_an_address_collides_with_itself_and_with_all(held: str, wanted: str, does: bool) -> None:
    assert PortHolder(held, "udp", "other", "x", 1, "", "").collides_with(wanted) is does


def test_who_holds_a_real_port_is_found() -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        (found,) = port_holders(Path("/proc"), sock.getsockname()[1])
    assert (found.address, found.protocol, found.pid) == ("127.0.0.1", "udp", os.getpid())
