"""Who is asking: client networks, the group each belongs to, and the exemptions that are for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sm_dns.policy.exemptions import Exemption
from sm_dns.util import ip_networks, strict_json
from sm_dns.util.errors import BadInput

MODES = ("enforce", "monitor", "off")
DEFAULT = "default"

# Loopback, RFC 1918, link-local (RFC 3927, RFC 4291) and unique local (RFC 4193): served without being named.
PRIVATE_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fe80::/10",
    "fc00::/7",
)


@dataclass(frozen=True, slots=True)
class Group:
    """Clients under one rule: networks in CIDR form, mode `enforce`, `monitor` or `off`, name of a schedule."""

    name: str
    networks: tuple[str, ...]
    mode: str
    schedule: str


@dataclass(frozen=True, slots=True, eq=False)
class ClientClass:
    """Clients that policy cannot tell apart. A table hands out one object a class: it compares and hashes by
    identity, which makes it a cheap key."""

    group: Group
    exemptions: tuple[Exemption, ...] = ()


def from_json(value: object, path: str) -> Group:
    """Read `{name, clients, mode, schedule}`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, ("name", "clients", "mode", "schedule"))
    at = {key: strict_json.below(path, key) for key in ("name", "clients", "mode", "schedule")}
    clients = strict_json.sequence(given.get("clients", []), at["clients"])
    for index, client in enumerate(clients):
        _network(
            strict_json.text(client, strict_json.below(at["clients"], index)),
            strict_json.below(at["clients"], index),
        )
    return Group(
        name=strict_json.text(given.get("name"), at["name"]),
        networks=tuple(clients),
        mode=strict_json.choice(given.get("mode", "enforce"), at["mode"], MODES),
        schedule=strict_json.text(given.get("schedule", DEFAULT), at["schedule"]),
    )


def _network(text: str, path: str) -> ip_networks.Network:
    try:
        return ip_networks.network(text)
    except BadInput as error:
        raise BadInput("{path}: {reason}", path=path, reason=error.reason) from None


class ClientTable:
    """The class of each client address: the group with the longest prefix that holds it, and its exemptions.

    Private addresses that no group covers belong to the group "default": the configured one of that name, else
    one in `enforce` under `default_schedule`. Raises `BadInput` when two groups share a name or a network.
    """

    def __init__(
        self, groups: Iterable[Group], exemptions: Iterable[Exemption] = (), default_schedule: str = DEFAULT
    ) -> None:
        self._classes: dict[tuple[str, tuple[Exemption, ...]], ClientClass] = {}
        self._by_network: ip_networks.PrefixTable[Group] = ip_networks.PrefixTable()
        self._private: ip_networks.PrefixTable[bool] = ip_networks.PrefixTable()
        self._for_everyone_in: dict[str, tuple[Exemption, ...]] = {}
        self._in_network: ip_networks.PrefixTable[list[Exemption]] = ip_networks.PrefixTable()
        self.groups: dict[str, Group] = {}
        for group in groups:
            self._add_group(group)
        self.default = self.groups.setdefault(DEFAULT, Group(DEFAULT, (), "enforce", default_schedule))
        for private in PRIVATE_NETWORKS:
            self._private.add(ip_networks.network(private), True)
        self.exemptions = tuple(exemptions)
        for exemption in self.exemptions:
            self._add_exemption(exemption)

    def classify(self, address: str) -> ClientClass | None:
        """The class of a client by its address in text; None for one that is not served."""
        where = ip_networks.address(address)
        if where is None:
            return None
        group = next(self._by_network.covering(*where), None)
        if group is None:
            if not any(self._private.covering(*where)):
                return None
            group = self.default
        local = tuple(
            exemption
            for exemptions in self._in_network.covering(*where)
            for exemption in exemptions
            if exemption.group in (None, group.name)
        )
        return self._class(group, self._for_everyone_in.get(group.name, ()) + local)

    def _class(self, group: Group, exemptions: tuple[Exemption, ...]) -> ClientClass:
        key = (group.name, exemptions)
        known = self._classes.get(key)
        if known is None:
            known = self._classes[key] = ClientClass(group, exemptions)
        return known

    def _add_group(self, group: Group) -> None:
        if group.name in self.groups:
            raise BadInput("two groups are named {name!r}", name=group.name)
        self.groups[group.name] = group
        for text in group.networks:
            holder = self._by_network.add(ip_networks.network(text), group)
            if holder is not group:
                raise BadInput(
                    "network {text} is in two groups, {name!r} and {other!r}",
                    text=text,
                    name=holder.name,
                    other=group.name,
                )

    def _add_exemption(self, exemption: Exemption) -> None:
        if exemption.network is not None:
            self._in_network.add(ip_networks.network(exemption.network), []).append(exemption)
        elif exemption.group is not None:
            earlier = self._for_everyone_in.get(exemption.group, ())
            self._for_everyone_in[exemption.group] = (*earlier, exemption)
