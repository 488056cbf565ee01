"""What this server would answer and why, told by the pipeline itself: a run of it that asks nobody.

The same stages in the same order, over the same policy, records and routes as a worker's. Where it would ask an
upstream it stops there; whoever explains may say what the upstreams know (`LookUp`), and the run is made again with
that in its cache, so that what a name points to is judged as in an answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Annotated, NamedTuple

from sm_dns.diagnose.dnssec_errors import validation_failures
from sm_dns.diagnose.reply_text import PLAIN, ReplyText, Spelling, read_reply
from sm_dns.dns import names
from sm_dns.dns.codes import CLASS_IN, RD
from sm_dns.dns.scan import Edns, Question
from sm_dns.generation.lan import LanPlan
from sm_dns.generation.service import read_service
from sm_dns.lan.names import lan_data
from sm_dns.policy.clients.presence import Presence, Present
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.decide import Decision
from sm_dns.policy.explain import DecisionTold, WhoAsks, described
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.context import ResolverContext, count_nothing
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.chains import MAX_LINKS
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.strategies import fastest
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.local_records import LocalData
from sm_dns.resolve.pipeline import inspect_question
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Reply, Transport
from sm_dns.resolve.stages.discovery import designated
from sm_dns.serve import worker_settings
from sm_dns.serve.worker_settings import Generation
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Local, one_of, says
from sm_dns.util.with_more import with_more

_CACHE = 4 << 20  # octets of what is looked up for one explanation
_PAYLOAD = 1232

Listeners = Sequence[tuple[str, int]]


class Known(NamedTuple):
    """What the running server knows of a question, and for how many seconds."""

    relay: UpstreamAnswer
    age: float


class Unknown(NamedTuple):
    """The upstreams do not answer a question; the extended errors that they gave, as options."""

    errors: bytes = b""


LookUp = Callable[[Key], Known | Unknown]
"""Tells what the upstreams say to a question."""

# What decided where no list did.
_BY_STAGE = {
    "unsupported": ("deny", "UNSUPPORTED"),
    "discovery": ("permit", "DISCOVERY"),
    "local": ("permit", "LOCAL_RECORD"),
    "special": ("permit", "SPECIAL_NAME"),
    "any": ("permit", "ANY_TYPE"),
}


class _Upstreams:
    """In place of upstream sockets: only notes what would be asked."""

    def __init__(self) -> None:
        self.keys: list[Key] = []

    def send(self, attempt: Attempt) -> None:
        self.keys.append(attempt.query.key)

    def send_stream(self, attempt: Attempt) -> None:
        """Nothing comes back that could lead here."""

    def overdue(self, attempt: Attempt) -> None:
        """Time stands still."""

    def forget(self, attempt: Attempt) -> None:
        """Nobody listens."""

    def keep_ticking(self) -> None:
        """Time stands still."""


_WHOLE = Transport(lambda question: STREAM_LIMIT)
Make = Callable[[Cache, _Upstreams], ResolverContext]
"""Makes the resolver of a run."""


class _Run(NamedTuple):
    stage: str
    reply: Reply | None
    query: QueryContext | None
    wanted: Key | None


@dataclass(frozen=True, slots=True)
class PolicyThen:
    """The version of the policy that was in force at the time that is asked about."""

    id: int
    version: str
    since: Local
    until: Annotated[Local | None, says("null while it is in force")]


@dataclass(frozen=True, slots=True)
class AnswerToday:
    """What today's policy would decide for the same question at the same time."""

    decision: Annotated[str, one_of("forward", "permit", "deny")]
    reason_code: str
    reason: str
    category: str | None
    service: str | None


@dataclass(frozen=True, slots=True)
class Explanation(DecisionTold):
    """One decision in full, with what is answered."""

    ede: Annotated[tuple[int, ...], says("codes of extended errors")]
    ede_text: str
    validation: Annotated[
        tuple[Message, ...], says("what an upstream says of DNSSEC where it does not answer, in words")
    ]
    stage: Annotated[str, says("of the pipeline, which answers")]
    target: Annotated[str | None, says("what the name points to, where that decides")]
    rcode: Annotated[str | None, says("null where upstreams would be asked")]
    answers: tuple[str, ...]
    by: Annotated[PolicyThen | None, says("what decided, where the time is past; null: today's policy")]
    not_kept: Annotated[
        Message | None, says("why the policy of a past time cannot answer, and today's does in its place")
    ]
    who_not_kept: Annotated[
        bool, says("the policy of that time asks who a client is, and who had the address then is not known")
    ]
    today: Annotated[
        AnswerToday | None, says("where today's policy would decide otherwise than that of then")
    ]


class Explainer:
    """Explains by one generation. `dot` and `doh` are addresses and ports where it is encrypted, `lan` tells whose
    devices have names by their leases, `spelling` how types and records are written, `switches` hold."""

    def __init__(
        self,
        found: Generation,
        dot: Listeners = (),
        doh: Listeners = (),
        lan: LanPlan | None = None,
        spelling: Spelling = PLAIN,
        switches: Iterable[Switch] = (),
    ) -> None:
        self.snapshot = found.resolver.snapshot.switched(switches)
        self._settings = replace(found.resolver, snapshot=self.snapshot)
        self._lan = lan
        self._spelling = spelling
        self._generation = found
        tls = found.tls
        self._offer = ""
        self._designated: tuple[bytes, ...] = ()
        if tls is not None and tls.name is not None and (dot or doh):
            self._designated = designated(tls.name, dot, doh, tls.doh_path)
            places = [f"DoH on {_place(one)}" for one in doh] + [f"DoT on {_place(one)}" for one in dot]
            self._offer = f"This server's own encryption, as {names.to_text(tls.name)}: {', '.join(places)}."

    def explain(
        self, asked: WhoAsks, qname: bytes, qtype: str, now: float, look_up: LookUp | None = None
    ) -> Explanation:
        """What a client would be answered at `now` (POSIX seconds), and why, to a canonical name and a type such as
        "AAAA". Raises `BadInput` for what is no type."""
        number = self._spelling.type_number(qtype)
        if number is None:
            raise BadInput("{qtype!r} is not a query type", qtype=qtype)
        local = self._generation.local.over(lan_data(self._lan, time.time()))
        make = partial(self._resolver, local, Presence({asked.address: Present(asked.identities, inf)}))
        run = _look_further(make, _question(qname, number), asked.address, now, look_up)
        told = None if run.reply is None else read_reply(run.reply.wire, qname, self._spelling)
        ruling = _ruling(run, told)
        found = described(self.snapshot, asked, qname, qtype, ruling, now)
        if ruling.reason_code == "DISCOVERY":
            found = replace(found, reason=self._offer)
        led_to = None if run.query is None or ruling.match is None else run.query.led_to
        return with_more(
            Explanation,
            found,
            ede=() if told is None else tuple(code for code, _ in told.extended),
            ede_text="" if told is None else next((text for _, text in told.extended if text), ""),
            validation=() if told is None else validation_failures(code for code, _ in told.extended),
            stage=run.stage,
            target=None if led_to is None else names.to_text(led_to),
            rcode=None if told is None else told.rcode,
            answers=() if told is None else tuple(told.answers),
            by=None,
            not_kept=None,
            who_not_kept=False,
            today=None,
        )

    def by(self, snapshot: Snapshot) -> Explainer:
        """The same with another policy; local records, upstreams and what they lead to are as they are."""
        other = copy(self)
        other.snapshot = snapshot
        other._settings = replace(self._settings, snapshot=snapshot)
        return other

    def _resolver(
        self, local: LocalData, presence: Presence, cache: Cache, asked: _Upstreams
    ) -> ResolverContext:
        found = self._generation
        anybody = (Upstream(UpstreamAddress("192.0.2.1", 53)),)
        faults = Faults()
        forwarder = Forwarder(cache, faults)
        forwarder.connect(asked)
        forwarder.adopt(anybody, dict.fromkeys(found.routes, anybody), fastest, found.ttl_bounds)
        resolver = ResolverContext(self._settings, local, cache, forwarder, count_nothing, faults)
        resolver.designated = self._designated
        resolver.presence = presence
        return resolver


def explainer_of(directory: Path, spelling: Spelling = PLAIN, switches: Iterable[Switch] = ()) -> Explainer:
    """One of a published generation. Raises `BadInput`."""
    service = read_service(directory)
    found = worker_settings.load(directory)
    return Explainer(found, service.dot, service.doh, service.lan, spelling, switches)


def _question(qname: bytes, number: int) -> Question:
    wire = qname + number.to_bytes(2, "big") + CLASS_IN.to_bytes(2, "big")
    return Question(0, RD, wire, qname, number, CLASS_IN, Edns(_PAYLOAD, 0, False), 0)


def _look_further(make: Make, question: Question, address: str, now: float, look_up: LookUp | None) -> _Run:
    """The last of as many runs as there is more to be looked up."""
    cache = Cache(_CACHE)
    run = _run(make, cache, question, address, now)
    for _ in range(MAX_LINKS + 1):
        if run.wanted is None or look_up is None:
            break
        known = look_up(run.wanted)
        if isinstance(known, Unknown):
            cache.put_failure(run.wanted, now, known.errors)
        else:
            # One that is not to be kept is told too.
            lasting = max(known.relay.lifetime, int(known.age) + 1)
            cache.put(run.wanted, known.relay._replace(lifetime=lasting), now - known.age)
        run = _run(make, cache, question, address, now)
    return run


def _run(make: Make, cache: Cache, question: Question, address: str, now: float) -> _Run:
    asked = _Upstreams()
    late: list[Reply] = []
    stage, reply, query = inspect_question(
        make(cache, asked), question, address, now, _WHOLE, lambda reply, _: late.append(reply)
    )
    if reply is None and late:
        reply = late[0]
    return _Run(stage, reply, query, asked.keys[0] if reply is None and asked.keys else None)


def _place(listener: tuple[str, int]) -> str:
    address, port = listener
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _ruling(run: _Run, told: ReplyText | None) -> Decision:
    """What decided: a list, or the stage that answered."""
    if run.query is None:
        return Decision("deny", "NOT_SERVED", answer="refused")
    ruling = run.query.ruling
    action, reason_code = _BY_STAGE.get(run.stage, ("", ""))
    if reason_code and (ruling is None or ruling.match is None):
        return Decision(action, reason_code)
    if ruling is None:
        return Decision("forward", "NOT_LISTED")
    if ruling.action != "deny" and told is not None and told.is_kept_back:
        return Decision("deny", "PRIVATE_ADDRESS", valid_until=ruling.valid_until)
    return ruling
