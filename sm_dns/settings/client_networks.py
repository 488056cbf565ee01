"""The clients of each group, and those whom a rule is for, with `own-links` as what this host's links are now."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import OWN_LINKS, Who
from sm_dns.policy.groups import DEFAULT
from sm_dns.settings.blocks.policy import GroupSettings
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def follows_links(settings: Settings) -> bool:
    """Whether a group, a rule or an exemption asks for the networks on this host's own links. Raises `BadInput`."""
    ruled = (rule.who for rules in settings.services.values() for rule in rules)
    named = (*(group.clients for group in settings.groups), *ruled)
    exempted = exemptions_store.load(settings.state_dir)
    return any(OWN_LINKS in each for each in named) or any(one.who == OWN_LINKS for one in exempted)


def whom(settings: Settings, texts: Iterable[str], links: Sequence[str]) -> tuple[Who, ...]:
    """The canonical forms of those whom people mean by these texts. Raises `BadInput` for nobody."""
    found: list[Who] = []
    for text in texts:
        one = canonical(settings, text)
        found += [who.who(who.NETWORK, link) for link in links] if one == OWN_LINKS else [one]
    return tuple(dict.fromkeys(found))


def canonical(settings: Settings, text: str) -> Who:
    """The canonical form of whom people mean by a text, or `OWN_LINKS`. Raises `BadInput` for nobody."""
    groups = {DEFAULT, *(group.name for group in settings.groups)}
    if text.strip() == OWN_LINKS and OWN_LINKS not in groups:
        return OWN_LINKS
    try:
        return who.read(text, groups)
    except BadInput as error:
        known = ", ".join(sorted(groups))
        said = Message("{reason}; the groups are: {known}", reason=error.reason, known=known)
        raise BadInput(did_you_mean(said, text, groups)) from error


def client_networks(settings: Settings, links: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By group, its networks and what its clients are known as. A link that another group names itself is that
    group's."""
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
    served = [
        ip_networks.network(text)
        for clients in given.values()
        for text in clients
        if not who.is_identity(text)
    ]
    return [
        text
        for text in links
        if ipaddress.ip_network(text).is_global
        and not any(ip_networks.covers(one, ip_networks.network(text)) for one in served)
    ]
