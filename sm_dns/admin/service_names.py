"""Services as people name them: by id or by name, in any capitals."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from sm_dns.lists.sources import Service
from sm_dns.util.errors import BadInput


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
