"""One HTTP/1.x request head, read strictly (RFC 9112): what is odd is refused, nothing is guessed."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_LINE = re.compile(rb"([A-Z]{1,16}) ([!-~]{1,8192}) HTTP/1\.[01]")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}):[ \t]*([^\0\r\n]*)")
_LENGTH = re.compile(r"[0-9]{1,6}")
_FORM = "application/x-www-form-urlencoded"
_PORT = re.compile(r":[0-9]{0,5}$")


class BadRequest(Exception):
    """Not a request that is answered; deserves 400."""


class Request(NamedTuple):
    """`host` is the Host field in lower case without port, brackets and last dot; `length` is a body's, in octets."""

    method: str
    path: str
    host: str
    length: int
    content_type: str
    origin: str | None


def parse(head: bytes) -> Request:
    """The request of a head without its empty last line. Raises `BadRequest`, and nothing else."""
    first, *rest = head.split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise BadRequest
    fields: dict[str, str] = {}
    for one in rest:
        field = _FIELD.fullmatch(one)
        if field is None:
            raise BadRequest
        name, value = field[1].decode("ascii").lower(), field[2].decode("latin-1").strip()
        if name in fields and name in ("host", "content-length"):
            raise BadRequest
        fields[name] = value
    length = fields.get("content-length", "0")
    if "transfer-encoding" in fields or _LENGTH.fullmatch(length) is None:
        raise BadRequest
    return Request(
        line[1].decode("ascii"),
        line[2].decode("ascii"),
        host_of(fields.get("host", "")),
        int(length),
        fields.get("content-type", "").partition(";")[0].strip().lower(),
        fields.get("origin"),
    )


def host_of(field: str) -> str:
    """The host of a Host field or of an origin's authority, in the form in which hosts are compared."""
    host = _PORT.sub("", field) if field.count(":") == 1 or "]" in field else field
    return host.strip("[]").lower().removesuffix(".")


def is_own_form(request: Request) -> bool:
    """Whether a body is that of a form that no other site's page sent: browsers name the origin of what they post."""
    if request.content_type != _FORM:
        return False
    if request.origin is None:
        return True
    try:
        return host_of(urlsplit(request.origin).netloc) == request.host
    except ValueError:
        return False
