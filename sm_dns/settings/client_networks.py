"""The networks of each group, with `own-links` as what this host's links are now."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from sm_dns.settings.blocks.policy import OWN_LINKS, GroupSettings
from sm_dns.settings.settings import Settings
from sm_dns.util import ip_networks


def follows_links(settings: Settings) -> bool:
    """Whether a group asks for the networks on this host's own links."""
    return any(OWN_LINKS in group.clients for group in settings.groups)


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


def refused_links(settings: Settings, links: Sequence[str]) -> list[str]:
    """Public networks on this host's own links whose clients no group names: they are refused."""
    given = client_networks(settings, links)
    served = [ip_networks.network(text) for networks in given.values() for text in networks]
    return [
        text
        for text in links
        if ipaddress.ip_network(text).is_global
        and not any(ip_networks.covers(one, ip_networks.network(text)) for one in served)
    ]
