"""`own-links` among the clients of a group: what this host's links are now."""

from __future__ import annotations

import pytest

from sm_dns.lan import own_addresses
from sm_dns.settings.client_networks import refused_links
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from tests.support.site import Site

OFFICE, ISP, NEXT = "10.0.0.0/24", "2606:4700:5::/64", "2606:4700:6::/64"


def grouped(site: Site, *groups: str) -> Site:
    text = site.config.read_text()
    start = text.index("groups:")
    site.config.write_text(f"{text[:start]}groups: [{', '.join(groups)}]\n")
    return site


def group_of(site: Site, client: str) -> str | None:
    found = site.compile().snapshot.clients.classify(client)
    return None if found is None else found.group.name


def test_they_follow_a_prefix_that_changes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    links = [OFFICE, ISP]
    monkeypatch.setattr(own_addresses, "own_links", lambda: tuple(links))
    grouped(site, "{name: hq, clients: [own-links]}")
    first = site.compile()
    assert first.service.own_links == tuple(links)
    assert group_of(site, "2606:4700:5::9") == group_of(site, "10.0.0.9") == "hq"
    links[1] = NEXT
    assert not site.compile().same_answers(first)
    assert (group_of(site, "2606:4700:6::9"), group_of(site, "2606:4700:5::9")) == ("hq", None)


def test_a_link_that_another_group_names_is_that_groups(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "own_links", lambda: (OFFICE, ISP))
    grouped(site, "{name: hq, clients: [own-links]}", f"{{name: lab, clients: ['{OFFICE}']}}")
    assert (group_of(site, "10.0.0.9"), group_of(site, "2606:4700:5::9")) == ("lab", "hq")


def test_public_links_that_nobody_names_are_told(site: Site) -> None:
    assert refused_links(load_settings(site.config), (OFFICE, ISP)) == [ISP]
    for clients in ("[own-links]", "['2606:4700::/32']"):
        grouped(site, f"{{name: hq, clients: {clients}}}")
        assert refused_links(load_settings(site.config), (OFFICE, ISP)) == []


def test_one_compilation_looks_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prefix that changes meanwhile must not be in the policy and not in what is followed."""
    told = iter([(OFFICE, ISP), (OFFICE, NEXT)])
    monkeypatch.setattr(own_addresses, "own_links", lambda: next(told))
    grouped(site, "{name: hq, clients: [own-links]}")
    made = site.compile()
    assert made.service.own_links == (OFFICE, ISP)
    assert made.snapshot.clients.classify("2606:4700:5::9") is not None
    assert next(told) == (OFFICE, NEXT)


def test_two_groups_cannot_both_have_them(site: Site) -> None:
    grouped(site, "{name: hq, clients: [own-links]}", "{name: lab, clients: [own-links]}")
    with pytest.raises(BadInput, match="own-links belongs to group 'hq' already"):
        load_settings(site.config)
