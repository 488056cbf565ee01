"""What every request passes before anything looks at it, and what every response carries (T17).

The Host must be an address or a name of ours: a page of the outside whose name was pointed here (DNS rebinding) has
another. Bodies are read whole, within bounds of size and time.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sm_dns.i18n.catalogue import ENGLISH, catalogue, in_every_language
from sm_dns.web.interface.openapi import PREFIX

MAX_BODY = 64 * 1024
BODY_SECONDS = 10.0
MAX_QUERY = 4096

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),  # "no-referrer" would blank the Origin of our own forms
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Guard:
    """Wraps the application. `hosts`: names besides addresses that a request may be for."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = {"localhost", *hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; anything but HTTP is dropped."""
        if scope["type"] != "http":
            return
        dressed = _dressed(send, scope["scheme"] == "https")
        if not self._is_ours(scope):
            await _short(scope, 421, "misdirected")(scope, receive, dressed)
            return
        if len(scope["query_string"]) > MAX_QUERY:
            await _short(scope, 414, "long")(scope, receive, dressed)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive)
        except TimeoutError:
            await _short(scope, 408, "slow")(scope, receive, dressed)
            return
        if body is None:
            await _short(scope, 413, "large")(scope, receive, dressed)
            return
        scope["sm_dns.body"] = body
        await self._app(scope, receive, dressed)

    def _is_ours(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"host"]
        if len(given) != 1:
            return False
        host = host_of(given[0].decode("latin-1"))
        return host in self._hosts or _is_address(host)


def _short(scope: Scope, status: int, word: str) -> Response:
    """One sentence in every language, for nobody was asked yet which; to a program as each of its errors."""
    if scope["path"].startswith(PREFIX):
        return JSONResponse({"error": catalogue(ENGLISH)(f"short.{word}")}, status)
    return PlainTextResponse(in_every_language(f"short.{word}") + "\n", status)


def host_of(text: str) -> str:
    """The name or address of a Host header, without port and brackets, in small letters."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].lower().removesuffix(".")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None for one that is too large."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the client went away
        body += bytes(message.get("body", b""))
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return body


def _dressed(send: Send, encrypted: bool) -> Send:
    """`send` with our headers on every response; one that has a header of its own keeps it."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            named = {name for name, _ in own}
            headers = [*own, *(each for each in HEADERS if each[0] not in named)]
            if encrypted:
                headers.append(_HSTS)
            if b"cache-control" not in named:
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return wrapped
