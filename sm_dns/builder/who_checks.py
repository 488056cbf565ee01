"""Rules that name whom no source can tell: by device, host, staff or department, without what tells of these."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import Who
from sm_dns.settings.client_networks import whom
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store, service_rules_store
from sm_dns.util.finding import Finding, finding


def named(settings: Settings, now: float) -> frozenset[Who]:
    """All that groups, rules and exemptions in force at `now` (POSIX seconds) ask whether a client is known as.

    Raises `BadInput`.
    """
    grouped = (text for group in settings.groups for text in group.clients)
    rules = (rule for rules in settings.services.values() for rule in rules)
    ruled = (text for rule in rules for text in whom(settings, rule.who, ()))
    set_by_hand = (text for one in service_rules_store.load(settings.state_dir) for text in one.rule.who)
    exempted = (one.who for one in exemptions_store.load(settings.state_dir) if one.who and now < one.expires)
    every = (*grouped, *ruled, *set_by_hand, *exempted)
    return frozenset(text for text in every if who.is_identity(text))


def who_findings(settings: Settings, now: float) -> Iterator[Finding]:
    """What of the policy reaches nobody, or only some, for want of a source. Raises `BadInput`."""
    monitoring = settings.monitoring
    texts = sorted(named(settings, now))
    by_kind = {kind: [text for text in texts if who.kind_of(text) == kind] for kind in who.IDENTITIES}
    people = [*by_kind[who.STAFF], *by_kind[who.DEPARTMENT]]
    if (
        people
        and monitoring.staff_map is None
        and monitoring.host_rule is None
        and not monitoring.departments
    ):
        yield finding(
            "warning",
            "{text} is named by a rule, and nothing tells whose a device is: give monitoring.staff_map, or it "
            "reaches nobody",
            text=people[0],
        )
    if texts and not monitoring.leases:
        yield _without_leases(settings, texts, by_kind[who.HOST])
    if by_kind[who.HOST]:
        yield finding(
            "note",
            "{text} is named by a rule: a device gives itself its name; device:… or staff:… is surer",
            text=by_kind[who.HOST][0],
        )


def _without_leases(settings: Settings, texts: list[Who], hosts: list[Who]) -> Finding:
    """What is still known where no DHCP server tells its leases."""
    if hosts:
        return finding(
            "warning",
            "{text} is named by a rule, and only leases tell the names of hosts: give monitoring.leases, or it "
            "reaches nobody",
            text=hosts[0],
        )
    if settings.monitoring.neighbours:
        return finding(
            "warning",
            "{text} is named by a rule without monitoring.leases: it is known only on this server's own links, by "
            "the kernel's neighbours, and where logons and addresses of the staff map tell",
            text=texts[0],
        )
    return finding(
        "warning",
        "{text} is named by a rule, and nothing tells where devices are: give monitoring.leases; only logons and "
        "addresses of the staff map are gone by",
        text=texts[0],
    )
