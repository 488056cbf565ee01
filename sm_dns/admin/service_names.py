"""Services as people name them, by id or by name, in any capitals; and categories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from sm_dns.lists.sources import Service
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def services_called(known: Sequence[Service], text: str) -> list[Service]:
    """Those of the catalogue that a text names. Raises `BadInput` for none, with the one that was meant perhaps."""
    wanted = text.casefold()
    found = [one for one in known if wanted in (one.id, one.name.casefold())]
    if found:
        return found
    names = sorted({name for one in known for name in (one.id, one.name.casefold())})
    close = get_close_matches(wanted, names, n=1)
    if close:
        raise BadInput(
            "there is no service {text!r}: did you mean {suggestion!r}?", text=text, suggestion=close[0]
        )
    raise BadInput("there is no service {text!r}; `sm-dns services list` shows them", text=text)


def categories_called(settings: Settings, wanted: Iterable[str]) -> tuple[str, ...]:
    """The same names. Raises `BadInput` for one that there is not, with the one that was meant perhaps."""
    known = [each.name for each in settings.all_categories if each.action != "allow"]
    names = tuple(wanted)
    for name in names:
        if name not in known:
            said = Message(
                "there is no category {name!r}; there are: {known}", name=name, known=", ".join(known)
            )
            raise BadInput(did_you_mean(said, name, known))
    return names


def unrecorded(settings: Settings) -> frozenset[str]:
    """The categories whose questions are not recorded unless a rule denies one of their services."""
    return frozenset(each.name for each in settings.all_categories if each.action in ("permit", "allow"))
