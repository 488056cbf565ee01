"""Whether who is said to validate does: asked for a signed, an unsigned and a bogus name, of which each has one right
answer. A resolver that answers the bogus one checks nothing, whatever bit it sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sm_dns.diagnose.probe_ways import SECONDS, Answer, ask
from sm_dns.dns import names
from sm_dns.dns.codes import Rcode, Type
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.util.finding import Finding, finding

Came = Literal["as expected", "otherwise", "not at all"]


@dataclass(frozen=True)
class ThreeNames:
    """Names that have addresses: with good signatures, with none, and with wrong ones on purpose."""

    signed: str
    unsigned: str
    bogus: str


@dataclass(frozen=True)
class Outcome:
    """How the answers to three names came from a server. `bogus` is "otherwise" where the bogus one was answered:
    then it does not validate."""

    server: str
    names: ThreeNames
    signed: Came
    unsigned: Came
    bogus: Came

    @property
    def is_validated(self) -> bool:
        """Whether all three came as expected."""
        return (self.signed, self.unsigned, self.bogus) == ("as expected",) * 3

    def findings(self) -> Iterator[Finding]:
        """What wants a person, the worst first; nothing where all came as expected."""
        if self.bogus == "otherwise":
            yield finding(
                "error",
                "upstream {server} is said to validate DNSSEC and does not: it answers {bogus}, whose signatures are "
                "wrong on purpose. What is forged is passed on as checked",
                server=self.server,
                bogus=self.names.bogus,
            )
        if self.signed == "otherwise":
            yield finding(
                "warning",
                "upstream {server} is said to validate DNSSEC and does not say of {signed}, which is signed, that it "
                "was checked",
                server=self.server,
                signed=self.names.signed,
            )
        if self.unsigned == "otherwise":
            yield finding(
                "warning",
                "upstream {server} is said to validate DNSSEC and says of {unsigned}, which is not signed, that it "
                "was checked",
                server=self.server,
                unsigned=self.names.unsigned,
            )
        missing = [
            name
            for name, came in (
                (self.names.signed, self.signed),
                (self.names.unsigned, self.unsigned),
                (self.names.bogus, self.bogus),
            )
            if came == "not at all"
        ]
        if missing:
            yield finding(
                "warning",
                "whether upstream {server} validates DNSSEC cannot be told: no answer for {names}",
                server=self.server,
                names=", ".join(missing),
            )


def ask_three_names(server: UpstreamAddress, wanted: ThreeNames, seconds: float = SECONDS) -> Outcome:
    """Ask a server for the three, waiting `seconds` for each try. Raises nothing: what does not come is told."""
    signed = _answer(server, wanted.signed, seconds)
    unsigned = _answer(server, wanted.unsigned, seconds)
    bogus = _answer(server, wanted.bogus, seconds)
    return Outcome(str(server), wanted, _signed(signed), _unsigned(unsigned), _bogus(bogus, signed))


def _answer(server: UpstreamAddress, name: str, seconds: float) -> Answer | None:
    try:
        return ask(server, server.scheme, names.from_text(name), Type.A, seconds=seconds)
    except OSError:
        return None


def _signed(answer: Answer | None) -> Came:
    if answer is None or not _is_told(answer):
        return "not at all"
    return "as expected" if answer.is_authentic else "otherwise"


def _unsigned(answer: Answer | None) -> Came:
    if answer is None or not _is_told(answer):
        return "not at all"
    return "otherwise" if answer.is_authentic else "as expected"


def _bogus(answer: Answer | None, signed: Answer | None) -> Came:
    """SERVFAIL is a refusal only of one who answers other names: one that cannot resolve says it to all."""
    if answer is None or answer.rcode not in (Rcode.NOERROR, Rcode.SERVFAIL):
        return "not at all"
    if answer.rcode == Rcode.NOERROR:
        return "otherwise"
    return "as expected" if signed is not None and _is_told(signed) else "not at all"


def _is_told(answer: Answer) -> bool:
    return answer.rcode == Rcode.NOERROR and answer.has_answers
