"""What was found, for a question to others: names, addresses and whatever a site chose are masked, each alike.

What stays is what the project itself wrote: sentences, keys, words of the shipped configuration, numbers, times.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network

from sm_dns.doctor.examined import Examined
from sm_dns.util.message import Message
from sm_dns.util.strict_json import Json

_PLAIN = re.compile(r"[0-9][0-9.:smhdw %+-]*|[A-Z]{3}(-[A-Z]{3})?|/?", re.ASCII)
_HARDWARE = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", re.IGNORECASE)


class Masks:
    """Gives each hidden text a word of its own, such as `address-2`, the same one wherever it stands.

    kept: words that no site chose.
    """

    def __init__(self, kept: Iterable[str]) -> None:
        self._kept = frozenset(kept)
        self._given: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def text(self, value: str) -> str:
        """A text as others may see it."""
        if value in self._kept or (_PLAIN.fullmatch(value) and not _is_address(value)):
            return value
        return self._given.setdefault(value, self._next(_kind(value)))

    def json(self, value: Json) -> Json:
        """An object with its keys, and every text in it masked; keys that a site chose are masked too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.json(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(each) for each in value]
        return value

    def sentence(self, said: Message) -> str:
        """A sentence whose values are masked."""
        hidden = {
            name: self.sentence(value) if isinstance(value, Message) else self.json(value)
            for name, value in said.values.items()
        }
        return str(Message(said.template, **hidden))

    def _next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"


def bundle(
    version: str,
    examined: Iterable[Examined],
    configuration: Json,
    status: Json,
    kept: Iterable[str],
    shipped: Json,
) -> dict[str, Json]:
    """Everything as one object. configuration: the site's file; shipped: the one of the package.

    Their words stay that are in `kept` or in the shipped one.
    """
    masks = Masks([*kept, *_words(shipped)])
    return {
        "version": version,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "examined": [
            {
                "subject": each.subject,
                "good": masks.sentence(each.good),
                "advice": [{"level": one.level, "text": masks.sentence(one.text)} for one in each.advice],
            }
            for each in examined
        ],
        "configuration": masks.json(configuration),
        "status": masks.json(status),
    }


def _words(value: Json) -> Iterable[str]:
    """Every key and text of an object but addresses and names of hosts."""
    if isinstance(value, str):
        if not _is_address(value) and "." not in value:
            yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield str(name)
            yield from _words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)


def _kind(value: str) -> str:
    if _is_address(value):
        return "address"
    if _HARDWARE.fullmatch(value):
        return "device"
    if "@" in value:
        return "mail"
    if value.startswith("/"):
        return "path"
    return "name" if "." in value else "text"


def _is_address(value: str) -> bool:
    """Whether it is an address or a network, with a port or without."""
    bare = value.rpartition("]")[0].lstrip("[") or value
    candidates = (bare, bare.rpartition(":")[0])
    for each in candidates:
        try:
            ip_network(each, strict=False) if "/" in each else ip_address(each)
        except ValueError:
            continue
        return True
    return False
