from __future__ import annotations

import math

from sm_dns.policy.clients.asker import Asker
from sm_dns.policy.clients.presence import Presence, Present

PC, PHONE = "3c:22:fb:01:02:03", "3c:22:fb:09:09:09"
EDITOR = Present((f"device:{PC}", "staff:a1234"), 100.0)


def test_an_address_is_known_however_it_is_written() -> None:
    presence = Presence({"10.1.2.5": EDITOR, "fd00::5": EDITOR})
    for text in ("10.1.2.5", "::ffff:10.1.2.5", "fd00:0:0::5", "fd00::5%eth0"):
        assert presence.identities(Asker(text)) == EDITOR.identities
    assert presence.identities(Asker("10.1.2.6")) == ()
    assert presence.identities(Asker("no address")) == ()


def test_a_device_that_a_forwarder_told_is_believed_whatever_the_address() -> None:
    presence = Presence({PC: EDITOR, "10.1.2.5": Present(("staff:other",), 100.0)})
    assert presence.identities(Asker("10.1.2.5", PC)) == EDITOR.identities
    assert presence.identities(Asker("10.1.2.5", PHONE, is_own=False)) == (f"device:{PHONE}",)


def test_rows_come_and_go_and_it_is_told_whether_anybody_is_another() -> None:
    presence = Presence()
    assert presence.take([("10.1.2.5", EDITOR)], [])
    assert presence.next_end == 100.0
    assert not presence.take([("10.1.2.5", EDITOR._replace(until=200.0))], [])  # a renewed lease
    assert presence.next_end == 200.0
    assert presence.take([("10.1.2.5", Present(("staff:b2345",), 300.0))], [])
    assert not presence.take([], ["10.1.2.6"])
    assert presence.take([], ["10.1.2.5"])
    assert presence.next_end == math.inf


def test_what_is_believed_ends_by_itself_to_the_second() -> None:
    presence = Presence({"10.1.2.5": EDITOR, "10.1.2.6": EDITOR._replace(until=math.inf)})
    assert not presence.end(99.999)
    assert presence.identities(Asker("10.1.2.5"))
    assert presence.end(100.0)
    assert not presence.identities(Asker("10.1.2.5"))
    assert presence.identities(Asker("10.1.2.6"))
    assert not presence.end(1e12)
