"""The class of each client: its group, its exemptions, its rules for services, and the switches that are for it."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from sm_dns.policy import service_rules
from sm_dns.policy.clients import who
from sm_dns.policy.clients.switches import Switch, in_order
from sm_dns.policy.clients.who import Who
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import DEFAULT, PRIVATE_NETWORKS, Group
from sm_dns.policy.service_rules import ServiceRule
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput


@dataclass(frozen=True, slots=True, eq=False)
class ClientClass:
    """Clients that policy cannot tell apart. A table hands out one object a class: it compares and hashes by
    identity, which makes it a cheap key.

    `service_actions`: by service, the action that a rule gives in place of the category's. `switches`: the one that
    decides first comes first.
    """

    group: Group
    exemptions: tuple[Exemption, ...] = ()
    service_actions: Mapping[str, str] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()


class ClientTable:
    """Tells the class of each client.

    The group is that which names what the client is known as, the most telling identity first; else the one with the
    longest prefix that holds its address. Private addresses that no group covers belong to the group "default": the
    configured one of that name, else one in `enforce` under `default_schedule`. Raises `BadInput` when two groups
    share a name, a network or an identity, and for a rule of a group that there is not.
    """

    def __init__(
        self,
        groups: Iterable[Group],
        exemptions: Iterable[Exemption] = (),
        rules: Iterable[ServiceRule] = (),
        default_schedule: str = DEFAULT,
    ) -> None:
        self._classes: dict[tuple[object, ...], ClientClass] = {}
        self._by_network: ip_networks.PrefixTable[Group] = ip_networks.PrefixTable()
        self._by_identity: dict[Who, Group] = {}
        self._private: ip_networks.PrefixTable[bool] = ip_networks.PrefixTable()
        self._for_everyone_in: dict[str, tuple[Exemption, ...]] = {}
        self._in_network: ip_networks.PrefixTable[list[Exemption]] = ip_networks.PrefixTable()
        self._for_identity: dict[Who, tuple[Exemption, ...]] = {}
        self.groups: dict[str, Group] = {}
        for group in groups:
            self._add_group(group)
        self.default = self.groups.setdefault(DEFAULT, Group(DEFAULT, (), "enforce", default_schedule))
        for private in PRIVATE_NETWORKS:
            self._private.add(ip_networks.network(private), True)
        self.exemptions = tuple(exemptions)
        for exemption in self.exemptions:
            self._add_exemption(exemption)
        self.rules = tuple(rules)
        for rule in self.rules:
            service_rules.check(rule, self.groups)
        self.switches: tuple[Switch, ...] = ()

    def switched(self, switches: Iterable[Switch]) -> ClientTable:
        """The same table under these switches; classes that either hands out are its own."""
        other = copy.copy(self)
        other.switches = in_order(switches)
        other._classes = {}
        return other

    def classify(self, address: str, identities: tuple[Who, ...] = ()) -> ClientClass | None:
        """The class of a client by its address in text, and by what it is known as, the most telling first.

        None for one that is not served: that goes by the address alone.
        """
        where = ip_networks.address(address)
        if where is None:
            return None
        group = next(self._by_network.covering(*where), None)
        if group is None:
            if not any(self._private.covering(*where)):
                return None
            group = self.default
        group = next((self._by_identity[one] for one in identities if one in self._by_identity), group)
        own = (exemption for one in identities for exemption in self._for_identity.get(one, ()))
        local = (exemption for each in self._in_network.covering(*where) for exemption in each)
        exemptions = (
            *self._for_everyone_in.get(group.name, ()),
            *(one for one in (*local, *own) if _is_for(one, group, where)),
        )
        rules = tuple(rule for rule in self.rules if rule.is_for(group.name, where, identities))
        switches = tuple(one for one in self.switches if one.is_for(group.name, where, identities))
        return self._class(group, exemptions, rules, switches)

    def identities(self) -> frozenset[Who]:
        """All that groups, exemptions, rules and switches ask whether a client is known as."""
        named = chain.from_iterable(one.who for one in chain[ServiceRule | Switch](self.rules, self.switches))
        return frozenset((*self._by_identity, *self._for_identity, *filter(who.is_identity, named)))

    def _class(
        self,
        group: Group,
        exemptions: tuple[Exemption, ...],
        rules: tuple[ServiceRule, ...],
        switches: tuple[Switch, ...],
    ) -> ClientClass:
        key = (group.name, exemptions, rules, switches)
        known = self._classes.get(key)
        if known is None:
            actions = service_rules.actions(rules)
            known = self._classes[key] = ClientClass(group, exemptions, actions, switches)
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
        for text in group.identities:
            holder = self._by_identity.setdefault(text, group)
            if holder is not group:
                raise BadInput(
                    "{text} is in two groups, {name!r} and {other!r}",
                    text=text,
                    name=holder.name,
                    other=group.name,
                )

    def _add_exemption(self, exemption: Exemption) -> None:
        if exemption.who is not None:
            earlier = self._for_identity.get(exemption.who, ())
            self._for_identity[exemption.who] = (*earlier, exemption)
        elif exemption.network is not None:
            self._in_network.add(ip_networks.network(exemption.network), []).append(exemption)
        elif exemption.group is not None:
            earlier = self._for_everyone_in.get(exemption.group, ())
            self._for_everyone_in[exemption.group] = (*earlier, exemption)


def _is_for(exemption: Exemption, group: Group, where: tuple[int, int]) -> bool:
    """Whether the rest of an exemption, which was found by its network or by whom it is for, is for a client."""
    if exemption.group not in (None, group.name):
        return False
    return exemption.network is None or ip_networks.holds(ip_networks.network(exemption.network), *where)
