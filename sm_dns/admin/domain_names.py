"""Domain names as people bring them: a pasted address, capitals, a trailing dot, `*.`, letters beyond ASCII."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from sm_dns.dns import names
from sm_dns.util.errors import BadInput

_SCHEME = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")


def to_ascii(text: str) -> str:
    """The A-label form of an internationalised name (UTS 46, non-transitional). Raises `names.BadName`."""
    if text.isascii():
        return text
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise names.BadName(
            "{text!r} is not an internationalised name: {reason}", text=text, reason=error
        ) from error


def normalise(text: str) -> bytes:
    """The canonical wire name that a person means by `https://www.Example.com:443/page` or `*.bücher.example`.

    Raises `BadInput` for what is no name of a site: an IP address, a single label, odd characters.
    """
    if text.startswith("@"):
        raise BadInput("{text!r} is no domain name; those of a file are taken by --from FILE", text=text)
    _, at, domain = text.strip().rpartition("@")
    if at and "//" not in text:
        raise BadInput(
            "{text!r} is an address of mail: write {domain} where that is meant", text=text, domain=domain
        )
    try:
        host = to_ascii(host_of(text.strip()))
        if _is_address(host):
            raise BadInput("{text!r} is an IP address; lists hold domain names", text=text)
        name = names.from_text(host)
    except names.BadName as error:
        raise BadInput("{text!r} is not a domain name: {reason}", text=text, reason=error) from error
    if len(list(names.labels(name))) < 2:
        raise BadInput("{text!r} is a single label: a domain name has a dot, such as example.com", text=text)
    return name


def host_of(text: str) -> str:
    """The host part of a pasted address (RFC 3986 §3.2); urllib would silently drop tabs and line breaks in it."""
    authority = re.split(r"[/?#\\]", _SCHEME.sub("", text), maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    host = re.sub(r":[0-9]*$", "", host) if host.count(":") == 1 else host
    return host.removeprefix("*.").removeprefix(".")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.removesuffix("."))
    except ValueError:
        # The last label of a name is never a number (RFC 1123 §2.1, RFC 3696 §2): 10.1 is an address cut short.
        return host.removesuffix(".").rpartition(".")[2].isdigit()
    return True


def check_not_public_suffix(name: bytes, *, allow_private: bool = False) -> None:
    """Raise `BadInput` for a name below which others register, such as `com.my`: listing it would list everybody.

    `allow_private` lets suffixes of companies pass (`blogspot.com`); those of registries never.
    """
    text = names.to_text(name)
    every, registries = _suffix_lists()
    if registries.is_public(text):
        raise BadInput("{text} is a public suffix: everybody's names below it would be meant", text=text)
    if not allow_private and every.is_public(text):
        raise BadInput(
            "{text} is a public suffix: all sites that people keep below it would be meant (if "
            "they are: --whole-suffix)",
            text=text,
        )


@lru_cache(maxsize=1)
def _suffix_lists() -> tuple[PublicSuffixList, PublicSuffixList]:
    return PublicSuffixList(), PublicSuffixList(only_icann=True)
