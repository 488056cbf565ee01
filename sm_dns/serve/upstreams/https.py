"""DNS over HTTPS towards one upstream (RFC 8484), by httpx over HTTP/2; needs the extra `doh`."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

import httpx

from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS, Attempt
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.addresses import without_link
from sm_dns.serve.upstreams.unreachable import why
from sm_dns.util.message import Message

MAX_WAITING = 256  # questions in flight
MAX_REPLY = 65_535
TRIES = 2  # of one question, where the connection ends without an answer
ENDED = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
_TYPE = "application/dns-message"
_ID = b"\0\0"  # RFC 8484 §4.1: zero, so that HTTP caches see equal questions as equal

log = logging.getLogger(__name__)


class HttpsChannel:
    """One HTTP/2 connection to the upstream's address, its certificate checked against its name.

    One that leads nowhere any more is left for a new one, as with TCP; who waits on it may still be answered there.
    """

    def __init__(
        self,
        server: UpstreamAddress,
        forwarder: Forwarder,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        tls: ssl.SSLContext,
    ) -> None:
        host = f"[{server.address}]" if ":" in server.address else server.address
        self._server = server
        self._name = server.name or without_link(server.address)
        self._url = f"https://{host}:{server.port}{server.path}"
        self._forwarder = forwarder
        self._loop = loop
        self._now = now
        self._tls = tls
        self._current = self._new_client()
        self._heard = 0.0
        self._asked_by: dict[Attempt, httpx.AsyncClient] = {}
        self._tasks: dict[Attempt, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._said: Message | None = None

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

    def overdue(self, attempt: Attempt) -> None:
        """Ask no more on the attempt's connection if that has said nothing since it was asked."""
        if self._asked_by.get(attempt) is self._current and self._heard < attempt.started:
            self._leave()

    def renew(self) -> None:
        """Give the connection up; who waits on it is asked about again on the next."""
        waiting = list(self._tasks)
        for task in self._tasks.values():
            task.cancel()
        self._leave()
        for attempt in waiting:
            self._tasks[attempt] = self._loop.create_task(self._ask(attempt))

    def give_up_old(self, seconds: float) -> bool:
        """Nothing to do: what idles is closed by itself."""
        return False

    def close(self) -> None:
        """Close the connection."""
        for task in self._tasks.values():
            task.cancel()
        self._close(self._current)

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            http2=True, verify=self._tls, timeout=QUERY_RESOLUTION_SECONDS, trust_env=False
        )

    def _leave(self) -> None:
        left, self._current = self._current, self._new_client()
        self._close_if_left(left)

    def _close_if_left(self, client: httpx.AsyncClient) -> None:
        if client is not self._current and client not in self._asked_by.values():
            self._close(client)

    def _close(self, client: httpx.AsyncClient) -> None:
        closing = self._loop.create_task(client.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _ask(self, attempt: Attempt) -> None:
        reason: Message | None = None
        for _ in range(TRIES):
            client = self._asked_by[attempt] = self._current
            try:
                answer = await self._post(client, attempt)
            except ENDED as error:  # a server may close an idle connection just as we ask
                reason = why(error)
                continue
            except (httpx.HTTPError, OSError) as error:
                reason = why(error)
                break
            except Exception as error:  # whatever a library raises for what a server says
                self._forwarder.faults.note(error)
                break
            finally:
                if self._asked_by.get(attempt) is client:
                    del self._asked_by[attempt]
                self._close_if_left(client)
            self._heard = self._now()
            self._said = None
            if answer.status_code == 200 and len(answer.content) <= MAX_REPLY:
                self._forwarder.received_stream(attempt, answer.content, self._now())
                return
            reason = Message("HTTP status {status}", status=answer.status_code)
            break
        self._say(reason)
        self._forwarder.lost(attempt, self._now(), reason)

    async def _post(self, client: httpx.AsyncClient, attempt: Attempt) -> httpx.Response:
        return await client.post(
            self._url,
            content=_ID + attempt.wire,
            headers={"host": self._name, "content-type": _TYPE, "accept": _TYPE},
            extensions={"sni_hostname": self._name},
        )

    def _say(self, reason: Message | None) -> None:
        """Log why nothing can be asked, once as long as that stays the reason."""
        if reason != self._said:
            self._said = reason
            log.warning("upstream %s cannot be asked: %s", self._server, reason)
