"""An upstream as a scenario describes it: it answers from zone text, or makes the trouble it is told to."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.scenarios.form import Upstream
from tests.support.messages import rrsets

_MAX_LINKS = 8


class Unreachable(Exception):
    """Nothing comes back from there but the network's own word."""


class Played:
    """One upstream."""

    def __init__(self, said: Upstream) -> None:
        self.said = said
        self.asked = 0
        self._known = {
            (one.name, one.rdtype): one
            for one in rrsets(*(_with_class(line) for line in said.zone.splitlines() if line))
        }
        self._names = {up for name, _ in self._known for up in _itself_and_above(name)}
        self._trouble = {dns.name.from_text(name): kind for name, kind in said.trouble.items()}

    def replies(self, wire: bytes) -> list[bytes]:
        """What comes back to a message, in order. Raises `Unreachable`."""
        self.asked += 1
        query = dns.message.from_wire(wire)
        reply = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        kind = self._trouble.get(_lower(question.name))
        if kind == "unreachable":
            raise Unreachable
        if kind == "silence":
            return []
        if kind in ("SERVFAIL", "REFUSED"):
            reply.set_rcode(dns.rcode.from_text(kind))
            return [reply.to_wire()]
        if kind == "loop":
            reply.answer = [dns.rrset.from_text(question.name, 60, "IN", "CNAME", question.name.to_text())]
            return [reply.to_wire()]
        self._answer(reply, question)
        truth = reply.to_wire(max_size=65_535, want_shuffle=False)
        return [_another_question(truth), truth] if kind == "lie" else [truth]

    def _answer(self, reply: dns.message.Message, question: dns.rrset.RRset) -> None:
        if self.said.validated:
            reply.flags |= dns.flags.AD
        name = _lower(question.name)
        for _ in range(_MAX_LINKS):
            found = self._known.get((name, question.rdtype))
            alias = self._known.get((name, dns.rdatatype.CNAME))
            if found is None and alias is None:
                break
            rrset = found or alias
            assert rrset is not None
            owner = question.name if not reply.answer else name
            reply.answer.append(dns.rrset.from_rdata_list(owner, rrset.ttl, list(rrset)))
            if found is not None:
                return
            name = rrset[0].target
        if name not in self._names:
            if reply.answer:
                return  # its end is another server's
            reply.set_rcode(dns.rcode.NXDOMAIN)
        for above in _itself_and_above(name):
            soa = self._known.get((above, dns.rdatatype.SOA))
            if soa is not None:
                reply.authority.append(dns.rrset.from_rdata_list(above, soa.ttl, list(soa)))
                return


def _with_class(line: str) -> str:
    owner, ttl, rest = line.split(maxsplit=2)
    return f"{owner} {ttl} IN {rest}"


def _another_question(truth: bytes) -> bytes:
    lie = bytearray(truth)
    lie[13] ^= 1
    return bytes(lie)


def _lower(name: dns.name.Name) -> dns.name.Name:
    return dns.name.Name([label.lower() for label in name.labels])


def _itself_and_above(name: dns.name.Name) -> list[dns.name.Name]:
    return [dns.name.Name(name.labels[at:]) for at in range(len(name.labels))]
