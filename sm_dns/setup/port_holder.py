"""Who has port 53 of which address, what that is, and what to type so that it lets go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from sm_dns.listen.port_owners import Binding, bindings

DNS_PORT = 53
STUBS = frozenset({"127.0.0.53", "127.0.0.54"})  # systemd-resolved(8)
RESOLVED_UNIT = "systemd-resolved.service"
Kind = Literal["ours", "resolved", "libvirt", "lxd", "network-manager", "dnsmasq", "other"]

_UNIT = re.compile(r"/([^/\n]+\.service)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PortHolder:
    """A process that has port 53 of an address. `pid` 0, `name` "": one that this user may not look into.

    `command`: what makes it let go of the port, "" where nothing is known or needed (`ours`), and where setup itself
    does it (`resolved`).
    """

    address: str
    protocol: str
    kind: Kind
    name: str
    pid: int
    unit: str
    command: str

    def collides_with(self, address: str) -> bool:
        """Whether an address cannot be had beside it: the same, or one of the two stands for all."""
        mine, wanted = ip_address(self.address), ip_address(address)
        if mine.version != wanted.version:
            return False
        return mine == wanted or mine.is_unspecified or wanted.is_unspecified


def port_holders(proc: Path, port: int = DNS_PORT) -> tuple[PortHolder, ...]:
    """Everybody who receives at a port, once for each address and protocol, in the order of the kernel."""
    return tuple(dict.fromkeys(_known(each, proc) for each in bindings(port, proc)))


def _known(binding: Binding, proc: Path) -> PortHolder:
    holder = binding.holder
    if holder is None:
        kind: Kind = "resolved" if binding.address in STUBS else "other"
        return PortHolder(binding.address, binding.protocol, kind, "", 0, "", "")
    words = _text(proc / str(holder.pid) / "cmdline").split("\0")
    named = _UNIT.search(_text(proc / str(holder.pid) / "cgroup"))
    unit = named.group(1) if named else ""
    kind = "ours" if holder.is_worker else _kind(holder.name, words, unit, binding.address)
    command = _command(kind, holder.pid, unit)
    return PortHolder(binding.address, binding.protocol, kind, holder.name, holder.pid, unit, command)


def _kind(name: str, words: list[str], unit: str, address: str) -> Kind:
    line = " ".join(words)
    if unit.startswith("sm-dns.") or any(
        word.endswith("/sm-dns") or word == "sm_dns.cli.main" for word in words
    ):
        return "ours"
    if unit == RESOLVED_UNIT or name.startswith("systemd-resolve") or address in STUBS:
        return "resolved"
    if name != "dnsmasq":
        return "other"
    if "/libvirt/" in line:
        return "libvirt"
    if "/lxd/" in line or "/incus/" in line or "lxdbr" in line or "incusbr" in line:
        return "lxd"
    return "network-manager" if "NetworkManager" in line + unit else "dnsmasq"


def _command(kind: Kind, pid: int, unit: str) -> str:
    if kind in ("ours", "resolved"):
        return ""
    if kind == "libvirt":
        return "sudo virsh net-destroy default && sudo virsh net-autostart --disable default"
    if kind == "lxd":
        return "sudo lxc network set lxdbr0 raw.dnsmasq port=0"
    if kind == "network-manager":
        return (
            "printf '[main]\\ndns=default\\n' | sudo tee /etc/NetworkManager/conf.d/sm-dns.conf"
            " && sudo systemctl restart NetworkManager"
        )
    if kind == "dnsmasq":  # it may give addresses by DHCP all the same
        return "echo port=0 | sudo tee /etc/dnsmasq.d/sm-dns.conf && sudo systemctl restart dnsmasq"
    return f"sudo systemctl disable --now {unit}" if unit else f"sudo kill {pid}"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
