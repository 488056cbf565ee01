"""A whole answer, and the fields that every answer has."""

from __future__ import annotations

from typing import NamedTuple

from sm_dns.i18n.catalogue import languages
from sm_dns.portal.page.style import POLICY

_REASONS = {
    200: "OK",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class Response(NamedTuple):
    """A whole answer; the connection ends after it."""

    status: int
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()

    def encode(self, only_head: bool = False) -> bytes:
        """The octets of it (RFC 9112), without the body for a HEAD."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}"]
        lines += [f"{name}: {value}" for name, value in (*_always(), *self.fields)]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("ascii") + (b"" if only_head else self.body)


def _always() -> tuple[tuple[str, str], ...]:
    """The fields of every answer. With "no-referrer" browsers would hide the origin of our own forms, too."""
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", ", ".join(languages())),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    )


def short(status: int, *fields: tuple[str, str]) -> Response:
    """An answer of a line, for what is no visitor's request."""
    return Response(status, f"<!DOCTYPE html><title>{status}</title>{_REASONS[status]}\n".encode(), fields)
