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
from sm_dns.util.finding import Finding

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
        validates[str(server)] = _validates(server, wanted, seconds)
    for server, domains in _domains(routes).items():
        found += _of_routes(server, domains, seconds)
    if _tried(nobody, "udp", seconds, _ROOT, Type.NS)[0] is not None:
        found.append(
            Finding(
                "warning",
                f"a question to {nobody.address}, where nobody is, was answered: somebody on the way answers all of "
                "port 53, whichever upstream is asked. Only tls:// and https:// lead past it",
            )
        )
    return [*found, _of_validation(validates, wanted)]


def _of_validation(validates: dict[str, bool | None], wanted: Names) -> Finding:
    """Who validates; None stands for an upstream of which that cannot be told."""
    validating = [name for name, does in validates.items() if does]
    if validating:
        return Finding("note", f"DNSSEC is validated by {', '.join(validating)}")
    if False in validates.values():
        return Finding(
            "warning",
            f"nobody validates DNSSEC: {wanted.bogus}, whose signatures are wrong on purpose, is not refused "
            f"while {wanted.signed} is answered. Forged answers of signed names go unnoticed",
        )
    return Finding("warning", f"nobody answered for {wanted.signed}, so who validates DNSSEC cannot be told")


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
        answer, _ = _tried(server, server.scheme, seconds, names.from_text(domain), Type.SOA, edns=False)
        if answer is not None and answer.rcode not in _ANSWERS:
            text = f"upstream {title} gives no answer for {domain} ({_said(answer)})"
            yield Finding("warning", text)
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
            yield Finding(
                "warning",
                f"upstream {self._title} refuses to resolve names of the internet ({_said(answer)})",
            )
        yield from self.tcp()
        if (yield from self.edns()):
            yield from self._proofs()
            yield from self._big()

    def reach(self) -> Generator[Finding, None, Answer | None]:
        """Whether it answers at all; what it answers."""
        answer, reason = _tried(self._server, self._way, self._seconds, self._name, self._qtype, edns=False)
        if answer is None:
            yield self._silent(reason)
        else:
            yield Finding("note", f"upstream {self._title} answers in {answer.seconds * 1000:.0f} ms")
        return answer

    def _silent(self, reason: str) -> Finding:
        if (
            self._way == "udp"
            and _tried(self._server, "tcp", self._seconds, self._name, self._qtype)[0] is not None
        ):
            text = f"upstream {self._title} answers over TCP only: write tcp://{self._server} for it"
            return Finding("error", text)
        return Finding("error", f"upstream {self._title} does not answer{f': {reason}' if reason else ''}")

    def tcp(self) -> Iterator[Finding]:
        """Whether it has TCP beside UDP."""
        if self._way != "udp":
            return
        answer, reason = _tried(self._server, "tcp", self._seconds, self._name, self._qtype)
        if answer is None:
            yield Finding(
                "warning",
                f"upstream {self._title} has no TCP{f' ({reason})' if reason else ''}: answers that do not fit a "
                "datagram cannot be fetched from it",
            )

    def edns(self) -> Generator[Finding, None, bool]:
        """Whether it takes EDNS."""
        answer, _ = _tried(self._server, self._way, self._seconds, self._name, self._qtype)
        if answer is not None and answer.has_edns and answer.rcode not in _NOT_UNDERSTOOD:
            return True
        how = "does not answer questions with EDNS" if answer is None else "does not take EDNS"
        yield Finding(
            "warning", f"upstream {self._title} {how}: it is asked without, and no DNSSEC comes through"
        )
        return False

    def _proofs(self) -> Iterator[Finding]:
        proofs, _ = _tried(self._server, self._way, self._seconds, self._name, self._qtype, dnssec_ok=True)
        if proofs is None or not proofs.has_proofs:
            yield Finding(
                "warning",
                f"upstream {self._title} gives no proofs of DNSSEC: who validates behind this server cannot",
            )

    def _big(self) -> Iterator[Finding]:
        """The keys of the root with their signature are over 512 octets."""
        big, _ = _tried(self._server, self._way, self._seconds, _ROOT, _DNSKEY, dnssec_ok=True)
        if big is None:
            yield Finding(
                "warning", f"upstream {self._title}: an answer of over {_SMALL} octets does not come through"
            )
        elif big.octets <= _SMALL and not big.is_truncated:
            yield Finding("note", f"upstream {self._title}: no answer of over {_SMALL} octets was got to try")


def _validates(server: UpstreamAddress, wanted: Names, seconds: float) -> bool | None:
    """Whether a bogus name is refused that is not simply missing, while the good one is answered; None where that
    one is not, so that nothing can be told."""
    good, _ = _tried(server, server.scheme, seconds, names.from_text(wanted.signed), Type.A, edns=False)
    bad, _ = _tried(server, server.scheme, seconds, names.from_text(wanted.bogus), Type.A, edns=False)
    if good is None or bad is None or good.rcode != Rcode.NOERROR or not good.has_answers:
        return None
    return bad.rcode == Rcode.SERVFAIL


def _tried(
    server: UpstreamAddress,
    way: str,
    seconds: float,
    name: bytes,
    qtype: int,
    *,
    edns: bool = True,
    dnssec_ok: bool = False,
) -> tuple[Answer | None, str]:
    """An answer, or None and why there is none."""
    try:
        return ask(server, way, name, qtype, seconds=seconds, edns=edns, dnssec_ok=dnssec_ok), ""
    except OSError as error:
        return None, why(error)


def _said(answer: Answer) -> str:
    try:
        return Rcode(answer.rcode).name
    except ValueError:
        return f"rcode {answer.rcode}"
