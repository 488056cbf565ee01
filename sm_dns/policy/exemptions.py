"""Exemptions: somebody approved, for a reason, that some clients reach some names until an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sm_dns.lists.entry import Match
from sm_dns.policy import recurring_hours
from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import Who
from sm_dns.policy.recurring_hours import RecurringHours, Standing
from sm_dns.util import ip_networks, strict_json
from sm_dns.util.errors import BadInput


@dataclass(frozen=True, slots=True)
class Exemption:
    """An approved exception, in force over [starts, expires) in POSIX seconds; where it has `hours`, in those only.

    It is for the clients of a group, of a network, or for whoever is known as `who` (`OWN_LINKS`: a policy has the
    networks that it stands for in its place); where several are given, for those who are all of it. And for a
    category, a service, or (both given) the service as that category lists it.
    """

    id: str
    group: str | None
    network: str | None
    category: str | None
    service: str | None
    approver: str
    reason: str
    starts: int
    expires: int
    who: Who | None = None
    hours: RecurringHours | None = None

    def standing(self, now: float) -> Standing:
        """Whether it is in force at `now` (POSIX seconds), and when that next changes."""
        if now >= self.expires:
            return Standing(False, None)
        if self.hours is None:
            return Standing(True, self.expires) if now >= self.starts else Standing(False, self.starts)
        in_hours, until = recurring_hours.standing(self.hours, max(now, self.starts))
        if in_hours and now < self.starts:
            return Standing(False, self.starts)
        end = self.expires if until is None else min(until, self.expires)
        return Standing(True, end) if in_hours else Standing(False, end if end < self.expires else None)

    def begins(self, now: float) -> int | None:
        """When it next comes into force after `now`; None where it does not again."""
        in_force, until = self.standing(now)
        return self.standing(until).until if in_force and until is not None else until

    def covers(self, matches: Iterable[Match], deciding: Match) -> bool:
        """Whether it is for a name, given its matches and the one that decides over it.

        A category counts only where it decides: an exemption for social media does not open what is listed as
        streaming too. A service was named on purpose, so it counts wherever the name is listed as that service.
        """
        if self.service is None:
            return deciding.tag.category == self.category
        return any(
            match.tag.service == self.service and self.category in (None, match.tag.category)
            for match in matches
        )


_KEYS = (
    "id",
    "group",
    "network",
    "category",
    "service",
    "approver",
    "reason",
    "starts",
    "expires",
    "who",
    "hours",
)


def from_json(value: object, path: str) -> Exemption:
    """Read an exemption with the fields of `Exemption`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, _KEYS)

    def text(key: str) -> str:
        return strict_json.text(given.get(key), strict_json.below(path, key))

    def whole(key: str) -> int:
        return strict_json.whole(given.get(key), strict_json.below(path, key))

    exemption = Exemption(
        id=text("id"),
        approver=text("approver"),
        reason=text("reason"),
        group=None if given.get("group") is None else text("group"),
        network=None if given.get("network") is None else text("network"),
        category=None if given.get("category") is None else text("category"),
        service=None if given.get("service") is None else text("service"),
        starts=whole("starts"),
        expires=whole("expires"),
        who=None if given.get("who") is None else _who(text("who"), strict_json.below(path, "who")),
        hours=None
        if given.get("hours") is None
        else recurring_hours.from_json(given["hours"], strict_json.below(path, "hours")),
    )
    _check(exemption, path)
    return exemption


def _who(text: str, path: str) -> Who:
    known_as = text if text == who.OWN_LINKS else who.read_identity(text)
    if known_as is None:
        raise BadInput("{path}: {text!r} is nothing that somebody is known as", path=path, text=text)
    return known_as


def _check(exemption: Exemption, path: str) -> None:
    if exemption.group is None and exemption.network is None and exemption.who is None:
        raise BadInput("{path}: names neither a group nor a network, nor anybody", path=path)
    if exemption.category is None and exemption.service is None:
        raise BadInput("{path}: names neither a category nor a service", path=path)
    if exemption.starts >= exemption.expires:
        raise BadInput("{path}: expires before it starts", path=path)
    if exemption.network is not None:
        try:
            ip_networks.network(exemption.network)
        except BadInput as error:
            raise BadInput(
                "{path}: {reason}", path=strict_json.below(path, "network"), reason=error.reason
            ) from None
