"""Groups: clients under one rule, by the networks they are in or by what they are known as."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.policy.clients import who
from sm_dns.policy.clients.who import Who
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
    """Clients under one rule: networks in CIDR form, mode `enforce`, `monitor` or `off`, name of a schedule.

    `identities`: whoever is known as one of these is in the group too, wherever they are.
    """

    name: str
    networks: tuple[str, ...]
    mode: str
    schedule: str
    identities: tuple[Who, ...] = ()

    @property
    def is_for_the_rest(self) -> bool:
        """Whether it names nobody: it is then for private addresses that are in no other."""
        return not (self.networks or self.identities)


def from_json(value: object, path: str) -> Group:
    """Read `{name, clients, mode, schedule}`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, ("name", "clients", "mode", "schedule"))
    at = {key: strict_json.below(path, key) for key in ("name", "clients", "mode", "schedule")}
    networks: list[str] = []
    identities: list[Who] = []
    for index, client in enumerate(strict_json.sequence(given.get("clients", []), at["clients"])):
        place = strict_json.below(at["clients"], index)
        text = strict_json.text(client, place)
        known_as = _identity(text, place)
        if known_as is None:
            networks.append(text)
        else:
            identities.append(known_as)
    return Group(
        name=strict_json.text(given.get("name"), at["name"]),
        networks=tuple(networks),
        mode=strict_json.choice(given.get("mode", "enforce"), at["mode"], MODES),
        schedule=strict_json.text(given.get("schedule", DEFAULT), at["schedule"]),
        identities=tuple(identities),
    )


def _identity(text: str, path: str) -> Who | None:
    """What a client of a group is known as; None for a network. Raises `BadInput` for neither."""
    try:
        known_as = who.read_identity(text)
        if known_as is None:
            ip_networks.network(text)
    except BadInput as error:
        raise BadInput("{path}: {reason}", path=path, reason=error.reason) from None
    return known_as
