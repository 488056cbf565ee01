"""The networks of each group, with `own-links` as what this host's links are now."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from contextlib import suppress

from sm_dns.control import netlink
from sm_dns.control.policy_settings import OWN_LINKS, GroupSettings
from sm_dns.control.settings import Settings


def links_of(settings: Settings) -> tuple[str, ...]:
    """The networks on this host's own links where a group asks for them; none where they cannot be told."""
    if not any(OWN_LINKS in group.clients for group in settings.groups):
        return ()
    return _own_links()


def client_networks(settings: Settings, links: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By group, its networks. A link that another group names itself is that group's."""
    named = {network for group in settings.groups for network in group.clients}
    return {
        group.name: _networks(group, [each for each in links if each not in named])
        for group in settings.groups
    }


def _networks(group: GroupSettings, links: Sequence[str]) -> tuple[str, ...]:
    whole = (part for each in group.clients for part in (links if each == OWN_LINKS else (each,)))
    return tuple(dict.fromkeys(whole))


def refused_links(settings: Settings) -> list[str]:
    """Public networks on this host's own links whose clients no group names: they are refused."""
    given = client_networks(settings, links_of(settings))
    served = [ipaddress.ip_network(text) for networks in given.values() for text in networks]
    return [
        text
        for text in _own_links()
        if (link := ipaddress.ip_network(text)).is_global
        and not any(one.version == link.version and link.subnet_of(one) for one in served)  # type: ignore[arg-type]
    ]


def _own_links() -> tuple[str, ...]:
    with suppress(OSError):
        return netlink.own_links()
    return ()
