"""Whom a rule reaches now, as commands say it: nothing where no server runs that could tell."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.ipc import client
from sm_dns.ipc.requests import Reached, TellReach
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

MOST_PLACES = 6  # addresses of one that are shown


def reach_of(settings: Settings) -> dict[str, Reached]:
    """By canonical `who`, what the running server says; nothing where none runs, or it cannot be asked."""
    try:
        answer = client.ask(settings.state_dir, TellReach())
    except BadInput:
        return {}
    return {} if answer is None else {one.who: one for one in answer.reached}


def reach_lines(wanted: Iterable[str], known: dict[str, Reached]) -> list[str]:
    """A line each, for what is known of it."""
    return [f"  {reach_text(known[text])}" for text in wanted if text in known]


def reach_text(one: Reached) -> str:
    """How many devices are known, how many are present, and where."""
    places = " ".join(one.places[:MOST_PLACES]) + (" …" if len(one.places) > MOST_PLACES else "")
    where = f": {places}" if places else ""
    return f"{one.who}: {one.devices} devices known, {one.present} present{where}"
