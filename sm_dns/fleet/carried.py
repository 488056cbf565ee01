"""Which commands a node has carried out by its primary: those that change what is the fleet's, and take no file."""

from __future__ import annotations

from sm_dns.util.errors import BadInput

MAX_ARGUMENTS = 512
MAX_OCTETS = 64 << 10  # of all of them together

CARRIED: frozenset[tuple[str, ...]] = frozenset(
    {
        ("domains", "add"),
        ("domains", "remove"),
        ("exempt", "add"),
        ("exempt", "revoke"),
        ("services", "set"),
        ("services", "unset"),
        ("pause",),
        ("open",),
        ("close",),
        ("resume",),
        ("emergency", "open"),
        ("emergency", "close"),
        ("nta", "add"),
        ("nta", "remove"),
        ("lists", "refresh"),
        ("requests", "approve"),
        ("requests", "decline"),
        ("requests", "take"),
        ("calendar", "accept"),
        ("calendar", "add"),
        ("calendar", "keep"),
        ("calendar", "propose"),
        ("calendar", "remove"),
        ("calendar", "settle"),
        ("calendar", "period", "add"),
        ("calendar", "period", "remove"),
        ("accounts", "reset"),
        ("accounts", "password"),
        ("accounts", "token", "add"),
        ("accounts", "token", "revoke"),
        ("report", "person", "request"),
        ("report", "person", "approve"),
    }
)
ACTION = "dashboard action"
"""The first word of what a dashboard has done; then comes a JSON of who does what (`sm_dns/web/carried.py`)."""
OF_FILES = ("--from", "--config")  # options that name files, which are of one server alone
CONFIRMED: dict[tuple[str, ...], str] = {("calendar", "accept"): "--yes"}
"""What stands for the answer that the person gave on the node."""


def checked(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Arguments of a command that is carried, with what the primary is to be told besides. Raises `BadInput`."""
    if len(arguments) > MAX_ARGUMENTS or sum(map(len, arguments)) > MAX_OCTETS:
        raise BadInput("that is too much for a node to have carried out: do it on the primary")
    if arguments[:1] == (ACTION,) and len(arguments) == 2:
        return arguments
    way = next((way for way in CARRIED if arguments[: len(way)] == way), None)
    if way is None or any(each.split("=")[0] in OF_FILES for each in arguments):
        raise BadInput("that is not carried out for a node: do it on the primary")
    more = CONFIRMED.get(way)
    return (*arguments, more) if more and more not in arguments else arguments
