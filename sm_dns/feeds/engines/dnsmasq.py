"""dnsmasq: the governed domains are asked of sm-dns."""

from __future__ import annotations

from sm_dns.feeds.engines.ready import MARK, Ready, Wanted

FILE = "smdns.conf"


def forward(wanted: Wanted) -> Ready:
    """A line a domain and server."""
    lines = [
        f"server=/{domain}/{one.address}#{one.port}" for domain in wanted.domains for one in wanted.resolvers
    ]
    steps = (f"copy {FILE} to /etc/dnsmasq.d/", "dnsmasq --test", "systemctl restart dnsmasq")
    return Ready({FILE: "\n".join((f"# {MARK}", *lines)) + "\n"}, steps)
