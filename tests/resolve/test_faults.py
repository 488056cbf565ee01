"""An error on the way of a question costs that question alone, is counted, and is told once a minute for a place."""

from __future__ import annotations

from collections.abc import Callable

import dns.rcode
import pytest

from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.faults import MAX_PLACES, MAX_TEXT, SAY_SECONDS, Faults, place_of
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS, Attempt
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.failure import FAULT
from sm_dns.resolve.forwarding.upstream import Upstream
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.ttl_bounds import TtlBounds, Ttls
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import Message
from tests.resolve.forwarding.test_forward import ADDRESS, KEY, NOW, asked, tick_until
from tests.support.breaking import breaking
from tests.support.desk import HQ, UMP, WORK, Desk
from tests.support.forwarding import Outcomes, forwarder, reply_to
from tests.support.messages import query


def raised(raises: Callable[[], object]) -> Exception:
    try:
        raises()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def no_key() -> None:
    raise KeyError("a")


def no_item() -> None:
    raise IndexError(7)


ERRORS = [raised(no_key), raised(no_item)]  # at two places


def test_it_is_told_once_a_minute_for_each_place(caplog: pytest.LogCaptureFixture) -> None:
    now = [1_000.0]
    noted = Faults(lambda: now[0])
    for _ in range(5):
        for error in ERRORS:
            noted.note(error)
    assert len(caplog.messages) == 2
    assert "KeyError('a')" in caplog.messages[0]
    assert place_of(ERRORS[0]) in caplog.messages[0]
    now[0] += SAY_SECONDS - 1
    noted.note(ERRORS[0])
    assert len(caplog.messages) == 2
    now[0] += 1
    noted.note(ERRORS[0])
    assert "12 so far" in caplog.messages[2]
    assert noted.figures() == Occurrences(
        count=12,
        first=1_000.0,
        last=1_000.0 + SAY_SECONDS,
        what=Message("{place}: {error}", place=place_of(ERRORS[0]), error="KeyError('a')"),
    )


def test_a_clock_that_is_set_back_silences_nothing(caplog: pytest.LogCaptureFixture) -> None:
    now = [1_000_000.0]
    noted = Faults(lambda: now[0])
    for now[0] in (1_000_000.0, 1_000.0):
        noted.note(ERRORS[0])
    assert len(caplog.messages) == 2


def test_what_is_told_and_remembered_is_bounded() -> None:
    noted = Faults(lambda: 0.0)
    noted.note(ValueError("x" * 10_000))
    assert len(str(noted.what)) <= MAX_TEXT + 30
    for number in range(2 * MAX_PLACES):
        scope: dict[str, Callable[[], object]] = {}
        exec(compile(f"def fail():\n    raise ValueError({number})", f"place{number}", "exec"), scope)
        noted.note(raised(scope["fail"]))
        assert len(noted._said) <= MAX_PLACES


def test_the_place_is_the_innermost_of_this_package() -> None:
    """Not that of the library which it called."""
    error = raised(lambda: Faults(lambda: float("no number")).note(ValueError()))
    assert place_of(error).startswith("sm_dns/resolve/faults.py:")
    assert place_of(ERRORS[0]).startswith(__file__)
    assert place_of(ValueError("never raised")) == "an unknown place"


class Raising(Outcomes):
    """A client that cannot take its answer."""

    def __call__(self, outcome: object, now: float) -> None:
        super().__call__(outcome, now)  # type: ignore[arg-type]
        raise ValueError("the client has gone")


@pytest.mark.parametrize("with_stale_answer", [False, True])
def test_one_who_cannot_take_an_answer_keeps_it_from_no_other(with_stale_answer: bool) -> None:
    one, sender = forwarder()
    callbacks = [Raising(), Outcomes(), Raising(), Outcomes()]
    for callback in callbacks:
        (one.ask_or_serve_stale if with_stale_answer else one.ask)(KEY, callback, NOW)
    if with_stale_answer:
        tick_until(one, NOW, NOW + 1)
    else:
        one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert [len(callback.told) for callback in callbacks] == [1, 1, 1, 1]
    assert one.faults.count == 2


def test_a_question_that_cannot_be_asked_ends_at_once() -> None:
    one, sender = forwarder()
    outcomes = Outcomes()

    def no_upstream(upstreams: object, asked: object, now: float) -> list[Upstream]:
        raise ZeroDivisionError("no weights")

    one.strategy, strategy = no_upstream, one.strategy
    one.ask(KEY, outcomes, NOW)
    assert outcomes.failure == FAULT
    assert (len(one), one.faults.count) == (0, 1)
    one.strategy = strategy
    again = Outcomes()
    one.ask(KEY, again, NOW)
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert again.relay.answers == 1


def test_a_question_that_cannot_be_sent_ends_and_holds_up_no_other() -> None:
    """The sender raises at the retry of the first of two questions that are due together."""
    one, sender, first = asked()
    second = Outcomes()
    one.ask(KEY._replace(qtype=28), second, NOW)
    sent = sender.send

    def send(attempt: Attempt) -> None:
        sent(attempt)
        if attempt.query.key == KEY:
            raise ValueError("no such socket")

    sender.send = send  # type: ignore[method-assign]
    tick_until(one, NOW, NOW + 1)
    assert first.failure == FAULT
    assert not second.told
    assert one.faults.count == 1
    tick_until(one, NOW + 1, NOW + QUERY_RESOLUTION_SECONDS + TICK)
    assert second.failure != FAULT
    assert not one.is_waiting()


def test_an_answer_that_raises_is_dropped_and_a_better_one_taken() -> None:
    one, sender, outcomes = asked()
    attempt = sender.last()

    class Overflowing(TtlBounds):
        def bound(self, ttls: Ttls, negative: bool) -> Ttls:
            raise OverflowError("a TTL beyond all bounds")

    one.ttl_bounds = Overflowing(0, 1)
    one.received(attempt, reply_to(attempt, ADDRESS), NOW)
    assert not outcomes.told
    assert one.faults.count == 1
    one.ttl_bounds = None
    one.received(attempt, reply_to(attempt, ADDRESS), NOW)
    assert isinstance(outcomes.only, UpstreamAnswer)


def test_a_late_answer_that_cannot_be_judged_is_told_so_and_others_get_theirs(policy: Snapshot) -> None:
    """Two clients wait on one question; the policy cannot judge where it leads."""
    desk = Desk(breaking(policy))
    noted = desk.forgive()
    for number, address in enumerate((HQ, UMP, HQ)):
        assert desk.put(query("www.example.com", id=number), WORK, address) is None
    desk.upstream_says(
        WORK, "www.example.com. 60 IN CNAME broken.example.com.", "broken.example.com. 60 IN A 192.0.2.1"
    )
    assert [int.from_bytes(reply.wire[:2], "big") for reply in desk.delivered] == [0, 1, 2]
    assert {desk.last().rcode() for _ in desk.delivered} == {dns.rcode.SERVFAIL}
    assert noted.count == 3
    assert str(noted.what).endswith("LookupError('a page of the list is gone')")
    assert desk.resolve(query("www.example.org"), WORK, "www.example.org. 60 IN A 192.0.2.1").answer
