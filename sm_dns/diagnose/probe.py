"""What each upstream takes and gives, found out by asking it: `sm-dns check --probe`.

UDP, TCP, EDNS, proofs of DNSSEC, an answer that fits no small datagram, a name whose signatures are wrong on purpose;
and whether somebody on the way answers in the place of others. The upstreams of a route need know no names but those
of the route: they are asked for these, and for no proofs.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sm_dns.diagnose.probe_ways import SECONDS, Answer, ask
from sm_dns.dns import names
from sm_dns.dns.codes import Rcode, Type
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.unreachable import why
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message

SIGNED, BOGUS = "iana.org", "dnssec-failed.org"
NOBODY = UpstreamAddress("192.0.2.1", 53)  # TEST-NET-1 (RFC 5737): nothing answers there
_ROOT = b"\0"
_DNSKEY = 48
_SMALL = 512
_ANSWERS = frozenset((Rcode.NOERROR, Rcode.NXDOMAIN))
_NOT_UNDERSTOOD = frozenset((Rcode.FORMERR, Rcode.NOTIMP))


@dataclass(frozen=True)
class Names:
    """What is asked for: a name with good signatures, and one with bad ones."""

    signed: str = SIGNED
    bogus: str = BOGUS


def probe(
    upstreams: Iterable[UpstreamAddress],
    routes: Mapping[str, Iterable[UpstreamAddress]],
    wanted: Names = Names(),
    nobody: UpstreamAddress = NOBODY,
    seconds: float = SECONDS,
) -> list[Finding]:
    """Ask each upstream, and those of each routed domain, what there is to know; wait `seconds` for an answer.

    Takes several times that for each that does not answer.
    """
    found: list[Finding] = []
    validates: dict[str, bool | None] = {}
    for server in upstreams:
        found += _Probe(server, str(server), seconds, names.from_text(wanted.signed)).findings()
        validates[str(server)] = validates_dnssec(server, wanted, seconds)
    for server, domains in _domains(routes).items():
        found += _of_routes(server, domains, seconds)
    if tried(nobody, "udp", seconds, _ROOT, Type.NS)[0] is not None:
        found.append(
            finding(
                "warning",
                "a question to {address}, where nobody is, was answered: somebody on the way answers "
                "all of port 53, whichever upstream is asked. Only tls:// and https:// lead past it",
                address=nobody.address,
            )
        )
    return [*found, _of_validation(validates, wanted)]


def _of_validation(validates: dict[str, bool | None], wanted: Names) -> Finding:
    """Who validates; None stands for an upstream of which that cannot be told."""
    validating = [name for name, does in validates.items() if does]
    if validating:
        return finding("note", "DNSSEC is validated by {validating}", validating=", ".join(validating))
    if False in validates.values():
        return finding(
            "warning",
            "nobody validates DNSSEC: {bogus}, whose signatures are wrong on purpose, is not "
            "refused while {signed} is answered. Forged answers of signed names go unnoticed",
            bogus=wanted.bogus,
            signed=wanted.signed,
        )
    return finding(
        "warning",
        "nobody answered for {signed}, so who validates DNSSEC cannot be told",
        signed=wanted.signed,
    )


def _domains(routes: Mapping[str, Iterable[UpstreamAddress]]) -> dict[UpstreamAddress, list[str]]:
    """The upstreams of routes, each with the domains that lead to it."""
    found: dict[UpstreamAddress, list[str]] = {}
    for domain, servers in routes.items():
        for server in servers:
            found.setdefault(server, []).append(domain)
    return found


def _of_routes(server: UpstreamAddress, domains: list[str], seconds: float) -> Iterator[Finding]:
    """What was found of an upstream that is asked for names of these domains."""
    title = f"{server} (routes: {', '.join(domains)})"
    one = _Probe(server, title, seconds, names.from_text(domains[0]), Type.SOA)
    if not (yield from one.reach()):
        return
    for domain in domains:
        answer, _ = tried(server, server.scheme, seconds, names.from_text(domain), Type.SOA, edns=False)
        if answer is not None and answer.rcode not in _ANSWERS:
            yield finding(
                "warning",
                "upstream {title} gives no answer for {domain} ({rcode})",
                title=title,
                domain=domain,
                rcode=_said(answer),
            )
    yield from one.tcp()
    yield from one.edns()


class _Probe:
    """One upstream's turn, under a title, with a name that it should know."""

    def __init__(
        self, server: UpstreamAddress, title: str, seconds: float, name: bytes, qtype: int = Type.A
    ) -> None:
        self._server = server
        self._title = title
        self._seconds = seconds
        self._name = name
        self._qtype = qtype
        self._way = server.scheme

    def findings(self) -> Iterator[Finding]:
        """What was found of one that is asked for all names, most important first."""
        answer = yield from self.reach()
        if answer is None:
            return
        if answer.rcode not in _ANSWERS:
            yield finding(
                "warning",
                "upstream {title} refuses to resolve names of the internet ({rcode})",
                title=self._title,
                rcode=_said(answer),
            )
        yield from self.tcp()
        if (yield from self.edns()):
            yield from self._proofs()
            yield from self._big()

    def reach(self) -> Generator[Finding, None, Answer | None]:
        """Whether it answers at all; what it answers."""
        answer, reason = tried(self._server, self._way, self._seconds, self._name, self._qtype, edns=False)
        if answer is None:
            yield self._silent(reason)
        else:
            yield finding(
                "note",
                "upstream {title} answers in {seconds:.0f} ms",
                title=self._title,
                seconds=answer.seconds * 1000,
            )
        return answer

    def _silent(self, reason: Message | None) -> Finding:
        if (
            self._way == "udp"
            and tried(self._server, "tcp", self._seconds, self._name, self._qtype)[0] is not None
        ):
            text = Message(
                "upstream {title} answers over TCP only: write tcp://{server} for it",
                title=self._title,
                server=self._server,
            )
            return finding("error", text)
        if reason is None:
            return finding("error", "upstream {title} does not answer", title=self._title)
        return finding(
            "error", "upstream {title} does not answer: {reason}", title=self._title, reason=reason
        )

    def tcp(self) -> Iterator[Finding]:
        """Whether it has TCP beside UDP."""
        if self._way != "udp":
            return
        answer, reason = tried(self._server, "tcp", self._seconds, self._name, self._qtype)
        if answer is None:
            yield finding(
                "warning",
                "upstream {title} has no TCP ({reason}): answers that do not fit a datagram cannot be "
                "fetched from it",
                title=self._title,
                reason=reason or Message("no answer"),
            )

    def edns(self) -> Generator[Finding, None, bool]:
        """Whether it takes EDNS."""
        answer, _ = tried(self._server, self._way, self._seconds, self._name, self._qtype)
        if answer is not None and answer.has_edns and answer.rcode not in _NOT_UNDERSTOOD:
            return True
        if answer is None:
            yield finding(
                "warning",
                "upstream {title} does not answer questions with EDNS: it is asked without, and no DNSSEC "
                "comes through",
                title=self._title,
            )
        else:
            yield finding(
                "warning",
                "upstream {title} does not take EDNS: it is asked without, and no DNSSEC comes through",
                title=self._title,
            )
        return False

    def _proofs(self) -> Iterator[Finding]:
        proofs, _ = tried(self._server, self._way, self._seconds, self._name, self._qtype, dnssec_ok=True)
        if proofs is None or not proofs.has_proofs:
            yield finding(
                "warning",
                "upstream {title} gives no proofs of DNSSEC: who validates behind this server cannot",
                title=self._title,
            )

    def _big(self) -> Iterator[Finding]:
        """The keys of the root with their signature are over 512 octets."""
        big, _ = tried(self._server, self._way, self._seconds, _ROOT, _DNSKEY, dnssec_ok=True)
        if big is None:
            yield finding(
                "warning",
                "upstream {title}: an answer of over {small} octets does not come through",
                title=self._title,
                small=_SMALL,
            )
        elif big.octets <= _SMALL and not big.is_truncated:
            yield finding(
                "note",
                "upstream {title}: no answer of over {small} octets was got to try",
                title=self._title,
                small=_SMALL,
            )


def validates_dnssec(server: UpstreamAddress, wanted: Names, seconds: float) -> bool | None:
    """Whether a bogus name is refused that is not simply missing, while the good one is answered; None where that
    one is not, so that nothing can be told."""
    good, _ = tried(server, server.scheme, seconds, names.from_text(wanted.signed), Type.A, edns=False)
    bad, _ = tried(server, server.scheme, seconds, names.from_text(wanted.bogus), Type.A, edns=False)
    if good is None or bad is None or good.rcode != Rcode.NOERROR or not good.has_answers:
        return None
    return bad.rcode == Rcode.SERVFAIL


def tried(
    server: UpstreamAddress,
    way: str,
    seconds: float,
    name: bytes,
    qtype: int,
    *,
    edns: bool = True,
    dnssec_ok: bool = False,
) -> tuple[Answer | None, Message | None]:
    """An answer, or None and why there is none."""
    try:
        return ask(server, way, name, qtype, seconds=seconds, edns=edns, dnssec_ok=dnssec_ok), None
    except OSError as error:
        return None, why(error)


def _said(answer: Answer) -> str:
    try:
        return Rcode(answer.rcode).name
    except ValueError:
        return f"rcode {answer.rcode}"
