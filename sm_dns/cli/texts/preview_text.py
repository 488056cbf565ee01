"""What a list gives, as text."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.admin.listing.preview import Preview, TakenLine


def summary(found: Preview) -> Iterator[str]:
    """How much there is in it, and whether it would be taken."""
    yield (
        f"{found.source}: {found.format}, {found.names} names, {found.exceptions} exceptions; left out: "
        f"{found.problems} unusable, {found.beyond_dns} that DNS cannot carry, {found.stays_open} that stay open"
    )
    if found.refused:
        yield f"it would be refused: {found.refused}"


def lines(found: Preview) -> Iterator[str]:
    """What is taken and what is left out."""
    yield "taken:"
    yield from (f"  {each.line}: {_name(each)}" for each in found.taken)
    more = found.names + found.exceptions - len(found.taken)
    if more > 0:
        yield f"  and {more} more"
    yield from left_out(found)


def left_out(found: Preview) -> Iterator[str]:
    """What is left out, and why."""
    yield "left out:"
    yield from (f"  {each.line}: {each.kind}: {each.reason}" for each in found.left_out)
    more = found.problems + found.beyond_dns + found.stays_open - len(found.left_out)
    if more > 0:
        yield f"  and {more} more"


def _name(each: TakenLine) -> str:
    return f"{'except ' if each.exception else ''}{'full:' if each.exact else ''}{each.name}"
