"""PowerDNS Recursor: the zones by rpzPrimary of its Lua configuration, which every version since 4.5 reads."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Ready, Wanted

LUA = "smdns.lua"
SETTINGS = "smdns.conf"
STATE = "/var/lib/powerdns"  # where it may write


def gate(wanted: Wanted) -> Ready:
    """The gate. Before 5.1 no NOTIFY is heard for it, so that it is asked for every second."""
    files = {LUA: _lua(wanted), SETTINGS: _settings(wanted)}
    steps = (
        f"copy {LUA} to /etc/powerdns/ (mode 0640: it holds the key) and {SETTINGS} to /etc/powerdns/recursor.d/",
        f"install -d -o pdns -g pdns {STATE}; under systemd with ReadWritePaths={STATE}",
        "systemctl restart pdns-recursor",
    )
    return Ready(files, steps)


def _lua(wanted: Wanted) -> str:
    primaries = ", ".join(f'"{_place(one.address, one.port)}"' for one in wanted.primaries)
    lines = [f"-- {MARK}"]
    for zone in wanted.zones():
        # The zone that changes at an edge is looked after every second where no NOTIFY is heard.
        refresh = 1 if zone.startswith("gate.") else 10
        # Without a zone it answers everything: so it begins with what it had.
        kept = f'"{wanted.folder or STATE}/{zone}.zone"'
        options = f"refresh={refresh}, defttl=5, seedFile={kept}, dumpFile={kept}{_key(wanted)}"
        lines.append(f'rpzPrimary({{{primaries}}}, "{zone}", {{ {options} }})')
    return "\n".join(lines) + "\n"


def _key(wanted: Wanted) -> str:
    if wanted.key is None:
        return ""
    return f', tsigname="{wanted.key_name}", tsigalgo="hmac-sha256", tsigsecret="{wanted.key.base64()}"'


def _place(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _settings(wanted: Wanted) -> str:
    return f"""\
# {MARK}
lua-config-file={wanted.folder or "/etc/powerdns"}/{LUA}
# Before 5.5 it keeps what the zones said, whatever they say since.
disable-packetcache=yes
max-cache-ttl={wanted.ttl}
max-negative-ttl=5
# From 5.1 on a NOTIFY brings the change at once.
allow-notify-from={",".join(one.address for one in wanted.primaries)}
allow-notify-for={",".join(wanted.zones())}
"""
