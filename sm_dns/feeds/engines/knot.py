"""Knot DNS 3.2 or newer as a distributor: it takes the zones and hands them on to many, each told at once."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Place, Ready, Wanted

FILE = "smdns.conf"


def gate(wanted: Wanted) -> Ready:
    """The zones, taken here and handed on to the secondaries of the configuration."""
    primaries = [f"smdns-{at}" for at in range(1, len(wanted.primaries) + 1)]
    takers = [f"taker-{at}" for at in range(1, len(wanted.secondaries) + 1)]
    parts = [
        f"# {MARK}\n",
        _key(wanted),
        "remote:\n",
        *(_remote(name, one, wanted.key_name) for name, one in zip(primaries, wanted.primaries, strict=True)),
        *(_remote(name, one, "") for name, one in zip(takers, wanted.secondaries, strict=True)),
        "acl:\n",
        _acl("smdns-notify", wanted.primaries, "notify", wanted.key_name),
        _acl("smdns-takers", wanted.secondaries, "transfer", ""),
        "template:\n",
        f"  - id: smdns\n    master: [{', '.join(primaries)}]\n    notify: [{', '.join(takers)}]\n",
        "    acl: [smdns-notify, smdns-takers]\n",
        # The zone lives in the journal: no file is written at each edge, and who is behind gets what changed.
        "    zonefile-sync: -1\n    zonefile-load: none\n    journal-content: all\n",
        "    refresh-max-interval: 60\n    retry-max-interval: 15\n",
        "zone:\n",
        *(f"  - domain: {zone}\n    template: smdns\n" for zone in wanted.zones()),
    ]
    steps = (f"in /etc/knot/knot.conf: include: {FILE}", "knotc conf-check", "systemctl reload knot")
    return Ready({FILE: "".join(parts)}, steps)


def _key(wanted: Wanted) -> str:
    if wanted.key is None:
        return ""
    return f"key:\n  - id: {wanted.key_name}\n    algorithm: hmac-sha256\n    secret: {wanted.key.base64()}\n"


def _remote(name: str, one: Place, key: str) -> str:
    signed = f"    key: {key}\n" if key else ""
    return f"  - id: {name}\n    address: {one.address}@{one.port}\n{signed}"


def _acl(name: str, places: tuple[Place, ...], action: str, key: str) -> str:
    addresses = ", ".join(dict.fromkeys(one.address for one in places))
    signed = f"    key: {key}\n" if key else ""
    return f"  - id: {name}\n    address: [{addresses}]\n    action: {action}\n{signed}"


def resolver_forward(wanted: Wanted) -> Ready:
    """Knot Resolver 6: the governed domains are asked of sm-dns."""
    servers = ", ".join(f"'{one.address}@{one.port}'" for one in wanted.resolvers)
    domains = "".join(f"      - {domain}\n" for domain in wanted.domains)
    text = (
        f"# {MARK}\nforward:\n  - subtree:\n{domains}    servers: [{servers}]\n"
        # What is denied cannot be signed: who validates would take a denial for an attack.
        "    options:\n      dnssec: false\ncache:\n  ttl-min: 0s\n"
    )
    steps = (
        "put this into /etc/knot-resolver/config.yaml, beside what is there",
        "kresctl validate /etc/knot-resolver/config.yaml",
        "systemctl reload knot-resolver",
    )
    return Ready({"smdns.yaml": text}, steps)
