"""Unbound 1.14 or newer: the zones as rpz, or the governed domains as forward-zone."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Ready, Wanted

FILE = "smdns.conf"
_STEPS = (f"copy {FILE} to /etc/unbound/unbound.conf.d/", "unbound-checkconf", "systemctl restart unbound")


def gate(wanted: Wanted) -> Ready:
    """The gate. Unbound signs nothing: its address alone lets it in, or TLS."""
    head = f"""\
# {MARK}
server:
    # respip is what makes the zones hold.
    module-config: "respip validator iterator"
    # So long a permitted answer outlives the hours at most, and so long a missing one.
    cache-max-ttl: {wanted.ttl}
    cache-max-negative-ttl: 5
    # An answer whose time is over is not to be repeated: it may be from the hours before.
    serve-expired: no
"""
    return Ready({FILE: head + "".join(_zone(wanted, zone) for zone in wanted.zones())}, _STEPS)


def _zone(wanted: Wanted, zone: str) -> str:
    primaries = "".join(f"    primary: {one.address}@{one.port}\n" for one in wanted.primaries)
    notifying = "".join(f"    allow-notify: {one.address}\n" for one in wanted.primaries)
    return f'rpz:\n    name: "{zone}"\n{primaries}{notifying}    zonefile: "{zone}.zone"\n'


def forward(wanted: Wanted) -> Ready:
    """The governed domains are asked of sm-dns, and what it says is not kept for longer than it says."""
    return _forwarding(wanted, wanted.domains)


def _forwarding(wanted: Wanted, domains: tuple[str, ...]) -> Ready:
    unsigned = "".join(f'    domain-insecure: "{domain}"\n' for domain in domains)
    addresses = "".join(f"    forward-addr: {one.address}@{one.port}\n" for one in wanted.resolvers)
    zones = "".join(f'forward-zone:\n    name: "{domain}"\n{addresses}' for domain in domains)
    # What is denied cannot be signed: who validates would take a denial for an attack.
    return Ready({FILE: f"# {MARK}\nserver:\n{unsigned}    cache-min-ttl: 0\n{zones}"}, _STEPS)
