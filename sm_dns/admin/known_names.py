"""Groups and categories as people type them; raises `BadInput` for one that there is not, with what was meant."""

from __future__ import annotations

from sm_dns.policy.groups import DEFAULT
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def known_group(settings: Settings, name: str) -> str:
    """The name of a group."""
    known = sorted({one.name for one in settings.groups} | {DEFAULT})
    if name in known:
        return name
    said = Message("there is no group {group!r}; there are: {known}", group=name, known=", ".join(known))
    raise BadInput(did_you_mean(said, name, known))


def known_category(settings: Settings, name: str) -> str:
    """The name of a category."""
    known = sorted(one.name for one in settings.all_categories)
    if name in known:
        return name
    listed = ", ".join(known)
    said = Message("there is no category {category!r}; there are: {known}", category=name, known=listed)
    raise BadInput(did_you_mean(said, name, known))
