"""Kea's control socket: asked for all leases, within a bound of time and size."""

from __future__ import annotations

import socket
import time

from sm_dns.generation.lease_source import LeaseSource
from sm_dns.lan.told import Told
from sm_dns.monitor.identity.leases import kea_answer
from sm_dns.monitor.identity.leases.lease import MAX_BYTES, Reading
from sm_dns.util.errors import BadInput
from sm_dns.util.message import key

ANSWER_SECONDS = 3.0  # for both answers together
REST = 20  # it rests so many times as long as it took to answer: its server has clients to serve

_CHUNK = 65_536


class KeaSocket:
    """The socket of one server, of DHCPv4 or of DHCPv6."""

    def __init__(self, source: LeaseSource) -> None:
        self._path = source.path
        self._last: list[bytes] = []
        self._told: Reading | None = None
        self._failure: BadInput | OSError | None = None
        self._rests_until = 0.0

    def changed(self, now: float) -> Told | None:
        """All its leases, None where they are as they were last, or while it rests.

        Raises `BadInput` where it gives none, `OSError` where nobody answers in time.
        """
        began = time.monotonic()
        if began >= self._rests_until:
            self._ask(began)
        if self._failure is not None:
            raise self._failure
        told, self._told = self._told, None
        return None if told is None else Told(told, "kea_socket", now)

    def _ask(self, began: float) -> None:
        """Keep what it tells anew, or why it tells nothing."""
        try:
            answers = self._answers(began + ANSWER_SECONDS)
            if answers != self._last:
                self._told = _read(answers)
                self._last = answers
            self._failure = None
        except (BadInput, OSError) as error:
            self._failure = error
        ended = time.monotonic()
        self._rests_until = ended + REST * (ended - began)

    def _answers(self, until: float) -> list[bytes]:
        return [_asked(self._path, kea_answer.question(command), until) for command in kea_answer.COMMANDS]


def _read(answers: list[bytes]) -> Reading:
    """A server knows both commands or only that of its own family; what it refuses counts where it refuses both."""
    readings, refusals = [], []
    for answer in answers:
        try:
            readings.append(kea_answer.read(answer))
        except BadInput as error:
            refusals.append(error)
    if not readings:
        raise refusals[0]
    return Reading(
        tuple(lease for each in readings for lease in each.leases),
        sum(each.skipped for each in readings),
        tuple(left for each in readings for left in each.left_out),
    )


def _asked(path: str, question: bytes, until: float) -> bytes:
    """What a server answers before it closes the connection."""
    parts: list[bytes] = []
    size = 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        _hurry(client, until)
        client.connect(path)
        client.sendall(question)
        while True:
            _hurry(client, until)
            part = client.recv(_CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                raise BadInput("answers with more than {most} octets", most=MAX_BYTES)


def _hurry(client: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError(None, key("no answer in time"))
    client.settimeout(left)
