"""The states and federal territories of Malaysia: the code of each calendar of holidays, and the weekly rest days."""

from __future__ import annotations

STATES = {
    "JHR": "Johor",
    "KDH": "Kedah",
    "KTN": "Kelantan",
    "KUL": "Kuala Lumpur",
    "LBN": "Labuan",
    "MLK": "Melaka",
    "NSN": "Negeri Sembilan",
    "PHG": "Pahang",
    "PJY": "Putrajaya",
    "PLS": "Perlis",
    "PNG": "Pulau Pinang",
    "PRK": "Perak",
    "SBH": "Sabah",
    "SGR": "Selangor",
    "SWK": "Sarawak",
    "TRG": "Terengganu",
}
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
SHIPPED = "PJY"  # the calendars that ship are this one's
_FRIDAY = ("FRI", "SAT")
_SUNDAY = ("SAT", "SUN")
_WITH_FRIDAY = frozenset({"KDH", "KTN", "TRG"})  # Johor rests on Saturday and Sunday since 2025-01-01


def usual_weekend(state: str) -> tuple[str, ...]:
    """The weekly rest days of a state's public offices."""
    return _FRIDAY if state in _WITH_FRIDAY else _SUNDAY


def state_named(text: str) -> str | None:
    """The code of a state that is given by its code or its name; None for any other text."""
    wanted = text.strip().casefold()
    names = {name.casefold(): code for code, name in STATES.items()}
    return names.get(wanted) or (text.strip().upper() if text.strip().upper() in STATES else None)


def calendar_name(state: str) -> str:
    """What its calendar is called in the configuration: `pahang`, `negeri-sembilan`."""
    return STATES[state].casefold().replace(" ", "-")
