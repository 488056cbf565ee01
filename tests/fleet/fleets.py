"""Members and bundles for tests: keys are made, nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sm_dns.fleet.bundles.bundle import FORMAT, NO_BASE, Cause, Manifest, Member, Sealed, notes_of, sealed
from sm_dns.fleet.bundles.standing import Standing

KEYS = {name: Ed25519PrivateKey.generate() for name in ("one", "two", "three", "stranger")}
CAUSE = Cause("the IT officer", "exempt add", "0a1b2c3d", "a course")
FILES = {"policy.yaml": b"{}\n", "zones/social.txt": b"facebook.com\n"}


def member(name: str, address: str = "") -> Member:
    """A member under the key of its name."""
    return Member(name, KEYS[name].public_key().public_bytes_raw(), name.encode(), address)


MEMBERS = (member("one", "192.0.2.1:8530"), member("two", "192.0.2.2:8530"), member("three"))


def manifest(
    epoch: int = 1,
    generation: int = 1,
    leader: str = "one",
    files: Mapping[str, bytes] = FILES,
    members: Sequence[Member] = MEMBERS,
    fleet: str = "a fleet",
) -> Manifest:
    """The manifest of files."""
    at = "2026-11-30T00:00:00Z"
    return Manifest(
        FORMAT, fleet, epoch, generation, leader, at, CAUSE, tuple(members), 1, NO_BASE, notes_of(files)
    )


def signed(made: Manifest, by: str = "one") -> Sealed:
    """A manifest under the signature of a name."""
    return sealed(made, KEYS[by])


def standing(epoch: int = 1, generation: int = 0, leader: str = "one") -> Standing:
    """Of a node that took this generation last."""
    return Standing("a fleet", epoch, generation, "", leader, MEMBERS)
