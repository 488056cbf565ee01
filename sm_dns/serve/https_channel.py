"""DNS over HTTPS towards one upstream (RFC 8484), by httpx over HTTP/2; needs the extra `doh`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import httpx

from sm_dns.resolve.flight import FLIGHT_SECONDS, Attempt
from sm_dns.resolve.forward import Forwarder
from sm_dns.resolve.upstream import Place

MAX_WAITING = 256  # questions under way
MAX_REPLY = 65_535
_TYPE = "application/dns-message"
_ID = b"\0\0"  # RFC 8484 §4.1: zero, so that HTTP caches see equal questions as equal


class HttpsChannel:
    """One HTTP/2 connection to the upstream's address, its certificate checked against its name."""

    def __init__(
        self,
        place: Place,
        forwarder: Forwarder,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        tls: ssl.SSLContext,
    ) -> None:
        host = f"[{place.address}]" if ":" in place.address else place.address
        self._name = place.name or place.address
        self._url = f"https://{host}:{place.port}{place.path}"
        self._forwarder = forwarder
        self._loop = loop
        self._now = now
        self._client = httpx.AsyncClient(http2=True, verify=tls, timeout=FLIGHT_SECONDS, trust_env=False)
        self._tasks: dict[Attempt, asyncio.Task[None]] = {}

    def send(self, attempt: Attempt) -> None:
        """Post the question."""
        if len(self._tasks) >= MAX_WAITING:
            self._forwarder.lost(attempt, self._now())
            return
        self._tasks[attempt] = self._loop.create_task(self._ask(attempt))

    def forget(self, attempt: Attempt) -> None:
        """Stop waiting for an attempt."""
        task = self._tasks.pop(attempt, None)
        if task is not None and task is not asyncio.current_task(self._loop):
            task.cancel()

    def renew(self) -> None:
        """Nothing to do: a connection that carries nothing more is noticed, and another is made."""

    def close(self) -> None:
        """Close the connection."""
        for task in self._tasks.values():
            task.cancel()
        self._closing = self._loop.create_task(self._client.aclose())

    async def _ask(self, attempt: Attempt) -> None:
        headers = {"host": self._name, "content-type": _TYPE, "accept": _TYPE}
        try:
            answer = await self._client.post(
                self._url,
                content=_ID + attempt.wire,
                headers=headers,
                extensions={"sni_hostname": self._name},
            )
        except (httpx.HTTPError, OSError):
            self._forwarder.lost(attempt, self._now())
            return
        except Exception as error:  # whatever a library raises for what a server says
            self._forwarder.faults.note(error)
            self._forwarder.lost(attempt, self._now())
            return
        if answer.status_code != 200 or len(answer.content) > MAX_REPLY:
            self._forwarder.lost(attempt, self._now())
            return
        self._forwarder.received_stream(attempt, answer.content, self._now())
