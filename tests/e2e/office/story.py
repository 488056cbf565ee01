"""The story of an office: a client boots, asks, is denied, waits for the edge, is counted; servers come and go."""

from __future__ import annotations

import time

from tests.e2e.office.building import FIRST, ORDINARY, OUTSIDE, SECOND, SITE, SOCIAL, Building, tell
from tests.e2e.office.clients import Client
from tests.e2e.office.resolvers import Resolver, next_edge
from tests.e2e.office.servers import Kea, Router
from tests.support.browser import browser
from tests.support.processes import eventually

FIRST_IPV4, FIRST_IPV6 = "10.77.0.53", "fd77:0:0:1::53"
SECOND_IPV4, SECOND_IPV6 = "10.77.0.54", "fd77:0:0:1::54"
ADVERTISED = (FIRST_IPV6, SECOND_IPV6)
MOVED = "10.77.0.153"
CLOSED_SECONDS = 3 * 3_600  # what is that far is not seen in this story


class Story:
    """Two resolvers, a workstation on the first floor, and a phone on the second."""

    def __init__(self, office: Building, dhcp: Kea | Router) -> None:
        self.office = office
        self.dhcp = dhcp
        self.first = Resolver(office, "dns1", FIRST_IPV4, FIRST_IPV6)
        self.second = Resolver(office, "dns2", SECOND_IPV4, SECOND_IPV6)
        self.pc = Client(office, "pc", FIRST)
        self.phone = Client(office, "phone", SECOND)

        dhcp.tell(FIRST_IPV4, SECOND_IPV4)
        staff = f"device,staff\n{self.pc.hardware},officer1\n{self.phone.hardware},officer2\n"
        for server in (self.first, self.second):
            server.start(time.time() + CLOSED_SECONDS, dhcp.leases, staff)
            tell(f"{server.name} answers at {server.ipv4} and {server.ipv6}")

    def visit(self, url: str) -> tuple[str, str]:
        """The title and the address of what the workstation's browser shows for an address."""
        with browser(self.office.directory, "--disable-quic", prefix=self.pc.prefix) as seen:
            seen.open(url)
            return str(seen.ask("document.title")), str(seen.ask("document.body.innerText"))


def boots(story: Story) -> None:
    story.pc.boot_workstation()
    story.phone.boot_phone()
    told = [FIRST_IPV4, SECOND_IPV4]
    story.phone.wait_for(*told)
    tell(f"the phone on the second floor has {story.phone.address} and asks {told}")
    story.pc.wait_for(*told, FIRST_IPV6, SECOND_IPV6)
    tell(f"the workstation has {story.pc.address}, and by router advertisements asks {story.pc.name_servers}")


def resolves_and_is_denied(story: Story) -> None:
    for client in (story.pc, story.phone):
        assert client.ask(ORDINARY) == [OUTSIDE]
        assert client.ask(SOCIAL) == [FIRST_IPV4]
    tell(f"{ORDINARY} is {OUTSIDE}, {SOCIAL} is the block page, on both floors")
    assert story.pc.ask(SOCIAL, f"@{FIRST_IPV6}", "-6", "AAAA") == [FIRST_IPV6]
    tell("over IPv6 the workstation is told the same")
    assert story.pc.ask(SOCIAL, f"@{story.first.link_local}%lan") == [FIRST_IPV4]
    tell("at the resolver's link-local address too")
    _, text = story.visit(f"http://{SOCIAL}/")
    assert f"{SOCIAL}" in text
    assert "12:" in text
    tell("Chromium on the workstation shows the block page")


def opens(story: Story) -> None:
    edge = next_edge()
    for server in (story.first, story.second):
        server.open_at(edge)
    tell(f"the schedule opens in {edge - time.time():.0f} s")
    assert story.phone.ask(SOCIAL) == [FIRST_IPV4]
    while time.time() < edge:
        time.sleep(0.05)
    for client in (story.pc, story.phone):
        assert client.ask(SOCIAL) == [OUTSIDE]
    tell(f"the edge has passed: {SOCIAL} is {OUTSIDE}")
    title, _ = story.visit(f"http://{SOCIAL}/")
    assert title == SITE
    tell("Chromium on the workstation shows the site itself")


def is_counted_once(story: Story) -> None:
    eventually(lambda: story.first.seen() == (2, 0), "both are counted, each once")
    tell("the report counts two members of staff, each once, by whatever address they asked, and no stranger")


def moves(story: Story) -> None:
    story.first.move(MOVED)
    story.dhcp.tell(MOVED, SECOND_IPV4)
    tell(f"dns1 moves to {MOVED}")
    assert story.pc.ask(ORDINARY) == [OUTSIDE]
    tell("meanwhile the workstation asks dns2 and goes on")
    story.phone.renew_phone()
    story.phone.wait_for(MOVED, SECOND_IPV4)
    story.pc.wait_for(MOVED, SECOND_IPV4, FIRST_IPV6, SECOND_IPV6)
    for client in (story.pc, story.phone):
        assert client.ask(ORDINARY) == [OUTSIDE]
    tell("both have renewed and follow")


def is_taken_over(story: Story) -> None:
    story.office.net.unplug(story.first.name)
    assert story.phone.ask(SOCIAL) == [OUTSIDE]
    assert story.pc.ask(SOCIAL) == [OUTSIDE]
    eventually(lambda: story.second.seen() == (2, 0), "dns2 counts both")
    tell("the plug of dns1 is pulled: dns2 answers both, and counts them as the same members of staff")


CHAPTERS = (boots, resolves_and_is_denied, opens, is_counted_once, moves, is_taken_over)
PROGRAMS = ("dhcpcd", "udhcpc", "chromium")  # of the clients


def play(story: Story) -> None:
    """All chapters, in their order."""
    for chapter in CHAPTERS:
        chapter(story)
