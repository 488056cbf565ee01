"""A primary on loopback, and dnspython as its secondary."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rdatatype
import dns.tsig
import dns.xfr
import dns.zone
import pytest

from sm_dns.dns.names import from_text
from sm_dns.feeds.feed import check_owner, zone_name
from sm_dns.feeds.primary.answers import Desk
from sm_dns.feeds.primary.notifier import Notifier
from sm_dns.feeds.primary.published_zone import PublishedZone
from sm_dns.feeds.primary.secondaries import Secondaries, Secondary
from sm_dns.feeds.primary.server import (
    MAX_CONNECTIONS_EACH,
    MAX_QUESTIONS,
    Primary,
    listen_for_connections,
    listen_for_datagrams,
)
from sm_dns.feeds.primary.static_messages import StaticMessages, write_messages
from sm_dns.feeds.wire.messages import transfer_messages
from sm_dns.feeds.wire.tsig import Key
from sm_dns.feeds.zones.gate import EVERY_NAME
from sm_dns.feeds.zones.record_file import difference
from sm_dns.feeds.zones.records import QUICK_TTL, Record, below, denying, owner_of, passing
from tests.support.processes import free_port

SECRET = bytes(range(32))
KEY = Key(from_text("ns1.example"), SECRET)
THEIRS = dns.tsig.Key("ns1.example.", SECRET, dns.tsig.HMAC_SHA256)
ADDRESS = "127.0.0.1"
OPEN = (passing(EVERY_NAME),)
SINKHOLE = (bytes(4), bytes(16))


def long_part(names: int) -> list[Record]:
    found: list[Record] = []
    for number in range(names):
        owner = owner_of(from_text(f"name-{number:06}.example"))
        found += denying(owner, "sinkhole", SINKHOLE, QUICK_TTL)
        found += denying(below(owner), "sinkhole", SINKHOLE, QUICK_TTL)
    return found


class Site:
    """A primary with a gate and a list, in a loop of its own."""

    def __init__(self, folder: Path, key: Key | None, notified: int = 9) -> None:
        self.folder = folder
        self.port = free_port()
        self.gate = PublishedZone(
            zone_name("gate", "smdns"), check_owner("gate", "smdns"), has_long_part=False
        )
        self.social = PublishedZone(
            zone_name("social", "smdns"), check_owner("social", "smdns"), has_long_part=True
        )
        self.gate.change((), 1_000)
        self.secondary = Secondary(ADDRESS, notified, key)
        self.secondaries = Secondaries([self.secondary])
        zones = {one.name.wire: one for one in (self.gate, self.social)}
        self.desk = Desk(zones, self.secondaries)
        self.primary: Primary | None = None

    def build(self, records: list[Record], digest: str, before: list[Record] | None = None) -> None:
        path = self.folder / digest
        write_messages(path, transfer_messages(self.social.name, records))
        delta = None if before is None else difference(before, records, 1_000)
        self.social.replace(StaticMessages(path), digest, delta, 2_000)

    @contextmanager
    def running(self, tls: ssl.SSLContext | None = None) -> Iterator[asyncio.AbstractEventLoop]:
        loop = asyncio.new_event_loop()
        from threading import Thread

        async def begin() -> list[Callable[[], None]]:
            self.primary = Primary(self.desk, self.secondaries, time.time)
            datagrams = await listen_for_datagrams(self.primary, ADDRESS, self.port)
            server = await listen_for_connections(self.primary, ADDRESS, self.port, tls)
            return [datagrams.close, server.close]

        closers = loop.run_until_complete(begin())
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            yield loop
        finally:
            for close in closers:
                loop.call_soon_threadsafe(close)

            async def rest() -> None:
                for task in asyncio.all_tasks() - {asyncio.current_task()}:
                    task.cancel()
                await asyncio.sleep(0.05)

            asyncio.run_coroutine_threadsafe(rest(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def transfer(self, zone: dns.zone.Zone, key: dns.tsig.Key | None = None) -> None:
        query, _ = dns.xfr.make_query(zone, keyring=key)
        dns.query.inbound_xfr(ADDRESS, zone, query, port=self.port, timeout=10, lifetime=20)


def text(zone: dns.zone.Zone) -> list[str]:
    return sorted(zone.to_text(relativize=False).splitlines())


def fresh(name: str) -> dns.zone.Zone:
    return dns.zone.Zone(name)


@pytest.mark.parametrize(("key", "theirs"), [(None, None), (KEY, THEIRS)])
def test_a_whole_zone_and_what_changed(tmp_path: Path, key: Key | None, theirs: dns.tsig.Key | None) -> None:
    site = Site(tmp_path, key)
    first, second = long_part(2_000), long_part(2_003)[4:]
    site.build(first, "a")
    with site.running():
        social, gate = fresh("social.smdns."), fresh("gate.smdns.")
        site.transfer(social, theirs)
        site.transfer(gate, theirs)
        assert len(social.nodes) == 4_000 + 2  # the apex, and the name that tells the serial
        assert str(site.social.serial) in social.to_text()
        assert "rpz-passthru" not in gate.to_text()
        site.gate.change(OPEN, 1_060)
        site.gate.change((), 1_061)
        site.gate.change(OPEN, 1_060)
        site.build(second, "b", first)
        for zone in (social, gate):
            site.transfer(zone, theirs)
            anew = fresh(zone.origin.to_text() if zone.origin else "")
            site.transfer(anew, theirs)
            assert text(zone) == text(anew)
        assert "rpz-passthru" in gate.to_text()
        progress = site.secondary.of("social")
        assert progress.serial == site.social.serial == 2_001


def test_a_serial_that_is_not_known_takes_the_whole(tmp_path: Path) -> None:
    site = Site(tmp_path, None)
    with site.running():
        gate = fresh("gate.smdns.")
        site.transfer(gate)
        site.gate.change(OPEN, 5_000)
        site.gate._steps.forget()
        site.transfer(gate)
        assert "rpz-passthru" in gate.to_text()


def asked(site: Site, qname: str, qtype: str, key: dns.tsig.Key | None = None) -> dns.message.Message:
    query = dns.message.make_query(qname, qtype)
    if key is not None:
        query.use_tsig(key)
    return dns.query.udp(query, ADDRESS, port=site.port, timeout=5)


def test_who_has_no_key_or_another_gets_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path, KEY)
    with site.running():
        assert asked(site, "gate.smdns.", "SOA", THEIRS).answer
        assert asked(site, "gate.smdns.", "SOA").rcode() == dns.rcode.REFUSED
        wrong = dns.tsig.Key("ns1.example.", bytes(32), dns.tsig.HMAC_SHA256)
        for refused in (wrong, dns.tsig.Key("ns2.example.", SECRET, dns.tsig.HMAC_SHA256)):
            with pytest.raises((dns.tsig.PeerError, dns.tsig.BadSignature)):
                asked(site, "gate.smdns.", "SOA", refused)
        assert asked(site, "gate.smdns.", "TXT", THEIRS).rcode() == dns.rcode.REFUSED
        assert asked(site, "other.smdns.", "SOA", THEIRS).rcode() == dns.rcode.NOTAUTH
        # A NOTIFY to the primary is nobody's business, and answers of nobody are not heard.
        forged = dns.message.make_query("gate.smdns.", "SOA")
        forged.set_opcode(dns.opcode.NOTIFY)
        with pytest.raises(dns.exception.Timeout):
            dns.query.udp(forged, ADDRESS, port=site.port, timeout=0.3)
        # What has no long part yet is not handed out as an empty zone, which would open everything.
        assert asked(site, "social.smdns.", "SOA", THEIRS).rcode() == dns.rcode.NOTAUTH


def test_strangers_and_floods_are_not_heard(tmp_path: Path) -> None:
    site = Site(tmp_path, None)
    site.secondaries = Secondaries([Secondary("127.0.0.9", 53)])
    site.desk = Desk({site.gate.name.wire: site.gate}, site.secondaries)
    with site.running():
        with pytest.raises(dns.exception.Timeout):
            dns.query.udp(dns.message.make_query("gate.smdns.", "SOA"), ADDRESS, port=site.port, timeout=0.3)
        with socket.create_connection((ADDRESS, site.port), 5) as stranger:
            assert stranger.recv(1) == b""
        query = dns.message.make_query("gate.smdns.", "SOA").to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.bind(("127.0.0.9", 0))
            flood.settimeout(0.5)
            for _ in range(3 * MAX_QUESTIONS):
                flood.sendto(query, (ADDRESS, site.port))
            heard = 0
            with pytest.raises(TimeoutError):
                while flood.recv(512):
                    heard += 1
        # A second may have begun meanwhile.
        assert MAX_QUESTIONS <= heard <= 2 * MAX_QUESTIONS
        assert site.primary is not None
        assert site.primary.refused >= MAX_QUESTIONS


def test_slow_readers_hold_no_memory_and_no_place(tmp_path: Path) -> None:
    site = Site(tmp_path, None)
    site.build(long_part(20_000), "a")
    query = dns.message.make_query("social.smdns.", "AXFR").to_wire()
    with site.running():
        slow = []
        for _ in range(MAX_CONNECTIONS_EACH):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            sock.connect((ADDRESS, site.port))
            sock.sendall(len(query).to_bytes(2) + query)
            slow.append(sock)
        time.sleep(0.5)
        with socket.create_connection((ADDRESS, site.port), 5) as another:
            assert another.recv(1) == b""  # one more of this address
        assert asked(site, "social.smdns.", "SOA").answer
        for sock in slow:
            sock.close()
        time.sleep(0.2)
        social = fresh("social.smdns.")
        site.transfer(social)
        assert len(social.nodes) == 40_002


def test_notify_is_repeated_until_the_question_is_seen(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as secondary:
        secondary.bind((ADDRESS, 0))
        secondary.settimeout(5)
        site = Site(tmp_path, KEY, notified=secondary.getsockname()[1])
        with site.running() as loop:
            assert site.primary is not None
            notifier = Notifier(site.secondaries, site.primary.send, time.time)
            began = time.monotonic()
            loop.call_soon_threadsafe(notifier.tell, site.gate)
            for _ in range(3):
                notify = dns.message.from_wire(secondary.recv(512), keyring=THEIRS)
                assert (notify.opcode(), notify.question[0].to_text()) == (4, "gate.smdns. IN SOA")
                assert notify.had_tsig
                assert str(site.gate.serial) in notify.answer[0].to_text()
            assert time.monotonic() - began < 2
            asked(site, "gate.smdns.", "SOA", THEIRS)
            secondary.settimeout(1.5)
            with pytest.raises(TimeoutError):
                secondary.recv(512)
            # It asked and took nothing: what swallows a NOTIFY that comes too soon is told once more.
            secondary.settimeout(8)
            assert secondary.recv(512)
            loop.call_soon_threadsafe(notifier.stop)
