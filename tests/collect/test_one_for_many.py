from __future__ import annotations

from sm_dns.collect.one_for_many import FEWEST, OneForMany
from sm_dns.monitor.counts import Count, Label
from sm_dns.monitor.identity import staff_map
from sm_dns.monitor.identity.resolver import Resolver, Seen
from sm_dns.monitor.store.rows import HOUR
from tests.monitor.identity.test_resolver import KL

NOON = 1_786_334_400
LABEL = Label("facebook", "social", "denied", visit=True, exemption="")
NOBODY = Resolver(Seen())
DC = "10.1.0.2"


def counts(at: int, **queries: int) -> list[Count]:
    return [Count(at, f"10.1.0.{who[1:]}", LABEL, number) for who, number in queries.items()]


def said(watch: OneForMany, resolver: Resolver = NOBODY, now: int = NOON) -> str:
    watch.look(resolver, now)
    return str(watch.problem or "")


def test_an_address_that_asks_for_more_than_a_third_is_named() -> None:
    watch = OneForMany()
    watch.add(counts(NOON - HOUR, h1=300, h2=200, h3=250))
    assert said(watch) == ""  # too few to say
    watch.add(counts(NOON, h2=550, h4=300))
    assert said(watch).startswith(
        f"{DC} asked 46% of all that was counted within a day: where it asks for others"
    )
    watch.add(counts(NOON, h5=1_000, h6=600))
    assert said(watch) == ""


def test_it_is_forgotten_after_a_day() -> None:
    watch = OneForMany()
    watch.add(counts(NOON, h2=FEWEST))
    assert said(watch, now=NOON + 23 * HOUR)
    assert said(watch, now=NOON + 24 * HOUR) == ""


def test_who_is_told_by_a_forwarder_and_a_known_person_are_no_forwarders() -> None:
    watch = OneForMany()
    watch.add([Count(NOON, f"3c:00:00:00:00:02@{DC}", LABEL, FEWEST)])
    assert said(watch) == ""
    staff = staff_map.parse(f"device,address,host,staff,department\n,{DC},,officer1,IT\n", KL)
    watch = OneForMany()
    watch.add(counts(NOON, h2=FEWEST))
    assert said(watch)
    assert said(watch, Resolver(Seen(), staff)) == ""
