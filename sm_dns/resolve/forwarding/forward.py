"""Forwarding without IO: what upstreams say, and whom it is for.

The shell hands in what arrives; what an attempt led to ends its query, or the next attempt is made. A datagram that
does not fit is dropped and waiting goes on (T2). One that fits and is odd all the same (a loop, say) is confirmed
over TCP and then believed to be what there is. What an upstream does not take (EDNS, TCP) is remembered for a while.
AD (RFC 4035 §3.2.3) is believed of the upstreams that validate, and cleared in what any other says.
"""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import HEADER, TC, Ede, Rcode
from sm_dns.dns.walk import BadAnswer
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.failure import MAX_TEXT, Failure
from sm_dns.resolve.forwarding.in_flight import MAX_ATTEMPTS, InFlightQueries
from sm_dns.resolve.forwarding.upstream_answer import read_relay
from sm_dns.resolve.forwarding.upstream_message import (
    Opt,
    is_bare_refusal,
    is_response,
    opt_of,
    own_errors,
    repeats_in_any_case,
)
from sm_dns.util.message import Message

_TC: Final = TC >> 8  # in the third octet of a message
_ANSWERS: Final = frozenset((int(Rcode.NOERROR), int(Rcode.NXDOMAIN)))
# What a server without EDNS says to it.
_NOT_UNDERSTOOD: Final = frozenset((int(Rcode.FORMERR), int(Rcode.NOTIMP)))
_UNREADABLE: Final = Failure(Ede.OTHER, "the answer cannot be read")
_NO_TCP: Final = Failure(Ede.NETWORK_ERROR, "the answer is too large for UDP and the upstream has no TCP")


class Forwarder(InFlightQueries):
    """Takes what upstreams say to the questions in flight."""

    def received(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """A datagram that carried the attempt's ID arrived from its upstream."""
        if not attempt.is_open:
            return
        if not is_response(reply):
            if is_bare_refusal(reply):
                self._refused(attempt, reply, opt_of(reply, attempt.question), now)
            return
        question = attempt.question
        if reply[HEADER : HEADER + len(question)] != question:
            # Somebody may be guessing: the datagram is dropped, waiting goes on, and TCP, which nobody off the path
            # can forge, is asked as well (T2). It also serves an upstream that does not keep the letter case.
            attempt.has_case_mismatch = attempt.has_case_mismatch or repeats_in_any_case(
                reply, attempt.question
            )
            self._ask_over_stream(attempt)
            return
        attempt.upstream.answered(now - attempt.started)
        if reply[2] & _TC:
            self._truncated(attempt, now)
            return
        self._take(attempt, reply, now)

    def received_stream(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """A message with the attempt's ID arrived over TCP, where letter case proves nothing."""
        if not attempt.is_open:
            return
        attempt.upstream.tcp_from = 0.0
        if is_bare_refusal(reply):
            self._refused(attempt, reply, opt_of(reply, attempt.question), now)
            return
        if not is_response(reply) or reply[2] & _TC or not repeats_in_any_case(reply, attempt.question):
            self._unfit(attempt, now)
            return
        if reply[HEADER : HEADER + len(attempt.question)] != attempt.question:
            attempt.upstream.case_mismatch()
        attempt.upstream.answered(now - attempt.started)
        self._take(attempt, reply, now)
        if attempt.is_open and (attempt.truncated or attempt.is_odd or not attempt.over_stream):
            # Nobody forged it, and there is no datagram to wait for: the answer is malformed, or more than we read.
            self._close(attempt)
            self._try_another(attempt.query, now, _UNREADABLE)

    def _unfit(self, attempt: Attempt, now: float) -> None:
        """Over TCP came what is no whole answer to the question. For what did not fit UDP there is no other way."""
        if not attempt.truncated:
            self.lost(attempt, now)
            return
        self._close(attempt)
        self._try_another(attempt.query, now, _UNREADABLE)

    def lost(self, attempt: Attempt, now: float, reason: Message | None = None) -> None:
        """The upstream cannot be reached (ICMP error, refused or broken connection), with what is known of why."""
        if not attempt.is_open:
            return
        upstream = attempt.upstream
        if not attempt.over_stream:
            upstream.failed(now)
            upstream.trouble = reason
            self._close(attempt)
            text = f"upstream unreachable: {reason}"[:MAX_TEXT] if reason else "upstream unreachable"
            self._try_another(attempt.query, now, Failure(Ede.NETWORK_ERROR, text))
            return
        upstream.lacks_tcp(now)
        if attempt.truncated or attempt.is_odd:
            self._close(attempt)
            self._try_another(attempt.query, now, _NO_TCP if attempt.truncated else _UNREADABLE)
            return
        # TCP was asked after a near miss; the true datagram may still come (T2). An upstream that loses the case
        # and has no TCP would never be heard: a few such pairs, and it is asked in lower case.
        if attempt.has_case_mismatch:
            upstream.case_mismatch()
        attempt.has_case_mismatch = False

    def _truncated(self, attempt: Attempt, now: float) -> None:
        """Ask over TCP; first another upstream, where this one has none."""
        query = attempt.query
        if now < attempt.upstream.tcp_from and query.has_untried():
            self._close(attempt)
            self._try_another(query, now, _NO_TCP)
            return
        attempt.truncated = True
        self._ask_over_stream(attempt)

    def _ask_over_stream(self, attempt: Attempt) -> None:
        if not attempt.over_stream:
            attempt.over_stream = True
            self._sender.send_stream(attempt)

    def _take(self, attempt: Attempt, reply: bytes, now: float) -> None:
        """Judge a response to the attempt's own question."""
        query = attempt.query
        opt = opt_of(reply, attempt.question)
        if reply[3] & 0xF not in _ANSWERS or opt.rcode:  # BADVERS and its like have NOERROR's lower bits
            self._refused(attempt, reply, opt, now)
            return
        try:
            key = query.key
            relay = read_relay(reply, key.qname, key.qtype, key.dnssec_ok, self.ttl_bounds)
        except BadAnswer:
            attempt.is_odd = True
            self._ask_over_stream(attempt)
            return
        except Exception as error:  # as bad an answer as any
            self.faults.note(error)
            return
        if relay.authentic and not attempt.upstream.server.validates:
            relay = relay._replace(
                authentic=False
            )  # anybody can set AD: only who is known to check is believed
        errors = own_errors(opt.options)
        if errors:
            relay = relay._replace(errors=errors)
        self._learn_of_edns(attempt, now)
        self.answered_by = attempt.upstream.server
        self._finish(query, relay, now)
        self.answered_by = None

    def _refused(self, attempt: Attempt, reply: bytes, opt: Opt, now: float) -> None:
        """The upstream gives no answer to an attempt. One that does not take EDNS is asked without (RFC 6891 §7)."""
        query, upstream = attempt.query, attempt.upstream
        self._close(attempt)
        if reply[3] & 0xF in _NOT_UNDERSTOOD or opt.rcode:
            if not attempt.is_plain and len(query.attempts) < MAX_ATTEMPTS:
                plain = Attempt(query, upstream, now, self._random_bytes, is_plain=True)
                plain.is_after_refusal = True
                self._send(query, [plain], now)
                return
        else:
            self._learn_of_edns(attempt, now)
        errors = own_errors(opt.options)
        self._try_another(
            query, now, Failure(Ede.NO_REACHABLE_AUTHORITY, "upstream could not resolve", errors)
        )

    def _learn_of_edns(self, attempt: Attempt, now: float) -> None:
        """An attempt was understood: what that says of how its upstream wants to be asked."""
        upstream = attempt.upstream
        if not attempt.is_plain:
            upstream.edns_silences = 0
        elif attempt.is_after_refusal:
            upstream.refuses_edns(now)
        elif upstream.edns_from <= now:
            upstream.drops_edns(now)
