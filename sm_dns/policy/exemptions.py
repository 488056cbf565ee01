"""Exemptions: somebody approved, for a reason, that some clients reach some names until an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sm_dns.errors import BadInput
from sm_dns.lists.entry import Match
from sm_dns.policy import prefixes, reading


@dataclass(frozen=True, slots=True)
class Exemption:
    """An approved exception, in force over [starts, expires) in POSIX seconds.

    It is for the clients of a group, of a network, or (both given) of the group inside the network; and for a
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


_KEYS = ("id", "group", "network", "category", "service", "approver", "reason", "starts", "expires")


def from_json(value: object, path: str) -> Exemption:
    """Read an exemption with the fields of `Exemption`; raises `BadInput` that names the key."""
    given = reading.mapping(value, path, _KEYS)
    fields: dict[str, Any] = {}
    for key in ("id", "approver", "reason"):
        fields[key] = reading.text(given.get(key), reading.below(path, key))
    for key in ("group", "network", "category", "service"):
        item = given.get(key)
        fields[key] = None if item is None else reading.text(item, reading.below(path, key))
    for key in ("starts", "expires"):
        fields[key] = reading.whole(given.get(key), reading.below(path, key))
    exemption = Exemption(**fields)
    _check(exemption, path)
    return exemption


def _check(exemption: Exemption, path: str) -> None:
    if exemption.group is None and exemption.network is None:
        raise BadInput(f"{path}: names neither a group nor a network")
    if exemption.category is None and exemption.service is None:
        raise BadInput(f"{path}: names neither a category nor a service")
    if exemption.starts >= exemption.expires:
        raise BadInput(f"{path}: expires before it starts")
    if exemption.network is not None:
        try:
            prefixes.network(exemption.network)
        except BadInput as error:
            raise BadInput(f"{reading.below(path, 'network')}: {error.reason}") from None
