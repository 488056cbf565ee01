from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.listing.never_close import FILE, NOTHING, NeverClose, OpenName, closes, never_close
from sm_dns.admin.listing.registry_suffixes import registry_suffixes
from sm_dns.admin.surroundings import look_around
from sm_dns.dns.names import from_text, is_at_or_below, to_text
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import read_list_file
from sm_dns.policy.categories import Category
from tests.lists.zones_as_shipped import Shipped
from tests.support.configuration import MINIMAL, load

SITE = """
routes: {corp.example: ["tls://route.example@10.0.0.2"]}
upstreams: ["tls://dot.example@192.0.2.1", "https://doh.example@192.0.2.2/q", "192.0.2.3"]
smtp: {host: mail.example, sender: a@mail.example}
tls: {name: dns.example}
portal: {name: notice.example}
web: {hosts: [dashboard.example]}
lists: [{name: x, url: "https://lists.example/x", category: social}]
"""
NEEDED = """
    www.google.com google.com update.microsoft.com a.windowsupdate.com ocsp.digicert.com login.microsoftonline.com
    www.customs.gov.my www.maybank2u.com.my microsoft.com apple.com
    cloudfront.net akamaized.net amazonaws.com cdn.jsdelivr.net outlook.office365.com teams.microsoft.com
    zerossl.ocsp.sectigo.com isrg.trustid.ocsp.identrust.com crl.buypass.no ocsp.msctrustgate.com
    my.archive.ubuntu.com 0.my.pool.ntp.org swdownload.apple.com fe3cr.delivery.mp.microsoft.com
    account.apple.com aadcdn.msauth.net device.login.microsoftonline.com accounts.google.com
    www.parlimen.gov.my www.mepsfpx.com.my s.hongleongconnect.my www.bankislam.com ambank.amonline.com.my
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> NeverClose:
    folder = tmp_path_factory.mktemp("site")
    text = "\n".join(line for line in MINIMAL.splitlines() if not line.startswith("upstreams"))
    (folder / "zones").mkdir()
    (folder / "zones" / "local.zone").write_text(
        "10.0.0.5 intranet.example\n*.apps.example. 60 IN A 10.0.0.6\n"
    )
    settings = load(folder, text + SITE)
    return never_close(settings, look_around(settings))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("corp.example", "routes"),
        ("a.corp.example", "routes"),
        ("route.example", "upstreams"),
        ("dot.example", "upstreams"),
        ("doh.example", "upstreams"),
        ("mail.example", "smtp.host"),
        ("dns.example", "tls.name"),
        ("notice.example", "portal.name"),
        ("dashboard.example", "web.hosts"),
        ("lists.example", "lists"),
        ("intranet.example", "local.zone"),
        ("a.apps.example", "local.zone"),
    ],
)
def test_what_the_site_stands_on_stays_open(site: NeverClose, name: str, why: str) -> None:
    assert site.why(from_text(name), False) == why
    assert site.why(from_text(name), True) == why


def test_a_name_above_closes_it_too_and_one_below_does_not(site: NeverClose) -> None:
    assert site.why(from_text("example"), False) is not None
    assert site.why(from_text("example"), True) is None
    assert site.why(from_text("a.dns.example"), False) is None
    assert site.why(from_text("other.example"), False) is None


@pytest.mark.parametrize("name", NEEDED.split())
def test_what_everybody_needs_stays_open(site: NeverClose, name: str) -> None:
    why = site.why(from_text(name), False)
    assert why is not None and why.startswith("never-close.txt:")


@pytest.mark.parametrize("name", ["facebook.com", "ads.google.com", "tiktok.com", "doubleclick.net"])
def test_what_lists_are_for_may_be_closed(site: NeverClose, name: str) -> None:
    assert site.why(from_text(name), False) is None


def test_no_shipped_list_closes_what_stays_open(site: NeverClose) -> None:
    rows = Shipped().zones.rows
    assert [to_text(entry.name) for entry, _ in rows if site.why(entry.name, entry.exact)] == []


def test_no_name_below_which_everybody_registers_is_open_but_the_government_s() -> None:
    entries = [entry for entry, _ in read_list_file(shipped_zones() / FILE, "", "", FILE)]
    assert {to_text(entry.name) for entry in entries if entry.name in registry_suffixes()} == {
        "gov.my",
        "mil.my",
    }


def test_each_group_says_from_where_its_names_are() -> None:
    _, *groups = (shipped_zones() / FILE).read_text(encoding="utf-8").split("\n\n")
    assert len(groups) > 6
    for group in groups:
        assert "Source: " in " ".join(line for line in group.splitlines() if line.startswith("#")), group


names = (
    st.lists(st.sampled_from(["a", "b", "com", "my"]), min_size=1, max_size=4).map(".".join).map(from_text)
)


@given(st.lists(st.builds(OpenName, names, st.booleans(), st.just("x")), max_size=5), names, st.booleans())
def test_it_agrees_with_what_closing_means(listed: list[OpenName], name: bytes, exact: bool) -> None:
    def hurts(one: OpenName) -> bool:
        if one.name == name or (not one.exact and is_at_or_below(name, one.name)):
            return True
        return not exact and is_at_or_below(one.name, name)

    open_names = NeverClose(listed)
    assert (open_names.why(name, exact) is not None) == any(map(hurts, listed))
    assert name[-open_names.tail :] in open_names.tails or not any(map(hurts, listed))


def test_only_what_denies_closes() -> None:
    assert NOTHING.why(from_text("google.com"), False) is None
    assert [
        action for action in ("allow", "deny", "schedule", "permit") if closes(Category("x", action))
    ] == [
        "deny",
        "schedule",
    ]


def test_two_sets_are_told_apart(tmp_path: Path) -> None:
    one, other = (NeverClose([OpenName(from_text("a.com"), exact, "x")]) for exact in (True, False))
    assert list(one) != list(other)
