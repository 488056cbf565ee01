"""BIND 9.16 or newer: the zones as secondary zones, and a response-policy over them."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Place, Ready, Wanted

OPTIONS = "smdns-options.conf"
ZONES = "smdns-zones.conf"


def gate(wanted: Wanted) -> Ready:
    """The gate."""
    files = {OPTIONS: _options(wanted), ZONES: _zones(wanted)}
    steps = [
        f'within options {{ }} of named.conf: include "{_folder(wanted)}/{OPTIONS}";',
        f'outside of it: include "{_folder(wanted)}/{ZONES}";',
        "rndc reconfig",
    ]
    if wanted.key is not None:
        steps.insert(
            0,
            f"copy the file of the key {wanted.key_name} to {_folder(wanted)}/{wanted.key_name}.key, mode 0640",
        )
    return Ready(files, tuple(steps))


def _options(wanted: Wanted) -> str:
    zones = "\n".join(f'    zone "{zone}";' for zone in wanted.zones())
    return f"""\
// {MARK}
response-policy {{
{zones}
}} min-update-interval 0      // else the second change within 60 s waits
  max-policy-ttl 300         // else no denial is kept for longer than 5 s
  break-dnssec yes           // else a question with DO=1 for a signed name passes by
  qname-wait-recurse no;     // else every denied name is asked of the internet first
max-cache-ttl {wanted.ttl};            // so long a permitted answer outlives the hours at most
max-ncache-ttl 5;            // and so long a missing one
"""


def _zones(wanted: Wanted) -> str:
    key = f' key "{wanted.key_name}"' if wanted.key is not None else ""
    primaries = "\n".join(f"    {one.address} port {one.port}{key};" for one in wanted.primaries)
    notifying = " ".join(f"{one.address};" for one in wanted.primaries)
    head = f'include "{_folder(wanted)}/{wanted.key_name}.key";\n' if wanted.key is not None else ""
    zones = "".join(_zone(zone, notifying) for zone in wanted.zones())
    return f"// {MARK}\n{head}primaries smdns {{\n{primaries}\n}};\n{zones}"


def _zone(zone: str, notifying: str) -> str:
    return f"""\
zone "{zone}" {{
    type secondary;
    primaries {{ smdns; }};
    file "{zone}.db";
    allow-notify {{ {notifying} }};
    allow-query {{ localhost; }};
    allow-transfer {{ none; }};
    notify no;
    max-refresh-time 60;
    max-retry-time 15;
}};
"""


def forward(wanted: Wanted) -> Ready:
    """The governed domains are asked of sm-dns."""
    return _forwarding(wanted, wanted.domains)


def _forwarding(wanted: Wanted, domains: tuple[str, ...]) -> Ready:
    resolvers = " ".join(map(_forwarder, wanted.resolvers))
    zones = "".join(
        f'zone "{domain}" {{ type forward; forward only; forwarders {{ {resolvers} }}; }};\n'
        for domain in domains
    )
    steps = (f'outside of options {{ }} of named.conf: include "{_folder(wanted)}/{ZONES}";', "rndc reconfig")
    return Ready({ZONES: f"// {MARK}\n{zones}"}, steps)


def _forwarder(one: Place) -> str:
    return f"{one.address} port {one.port};"


def _folder(wanted: Wanted) -> str:
    return wanted.folder or "/etc/bind"
