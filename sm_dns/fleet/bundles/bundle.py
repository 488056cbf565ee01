"""A bundle: what makes the policy of a fleet, as files with their SHA-256, under one signature (Ed25519, RFC 8032).

What is signed is the manifest, octet by octet as it travels; the files are bound to it by their hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json, to_json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = 1  # of a manifest; another one is refused
MAX_FILES = 4_096  # of a bundle
MAX_FILE_BYTES = 64 << 20
MAX_BUNDLE_BYTES = 192 << 20
MAX_MANIFEST_BYTES = 2 << 20
MAX_MEMBERS = 64

_CONTEXT = b"sm-dns fleet bundle\n"  # a signature is for nothing else


@dataclass(frozen=True, slots=True)
class Member:
    """A server of the fleet. key: its public Ed25519 key; certificate: its own one (DER), by which it is known
    on the way; address: where it listens as primary ("10.0.0.5:8530"), "" for who may not become one."""

    name: str
    key: bytes
    certificate: bytes
    address: str

    @property
    def may_lead(self) -> bool:
        """Whether a bundle of its may be taken, once it is promoted."""
        return bool(self.address)


@dataclass(frozen=True, slots=True)
class FileNote:
    """A file of a bundle: its name there, its length in octets, its SHA-256 in hex."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Who made the change that made the bundle, what it was, and why: for the audit of whoever takes it."""

    who: str
    action: str
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Base:
    """A bundle that another primary made last before one was promoted: its place, and the `seq` in it."""

    epoch: int
    generation: int
    seq: int


NO_BASE = Base(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself. `at`: ISO 8601, UTC; seq: the last record of the leader's audit. base: the
    bundle that the primary of this epoch was promoted on, zeros in the first one. Files are in the order of names."""

    format: int
    fleet: str
    epoch: int
    generation: int
    leader: str
    at: str
    cause: Cause
    members: tuple[Member, ...]
    seq: int
    base: Base
    files: tuple[FileNote, ...]

    @property
    def place(self) -> tuple[int, int]:
        """What orders bundles of one fleet."""
        return self.epoch, self.generation

    def member(self, name: str) -> Member | None:
        """The member of a name."""
        return next((each for each in self.members if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A manifest as it travels, and the leader's signature of it."""

    manifest: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, in hex."""
        return hashlib.sha256(self.manifest).hexdigest()


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def notes_of(files: Mapping[str, bytes]) -> tuple[FileNote, ...]:
    """The notes of files, by name. Raises `BadInput` where they are more than a bundle holds."""
    notes = tuple(FileNote(name, len(data), digest_of(data)) for name, data in sorted(files.items()))
    check_bounds(notes)
    return notes


def check_bounds(notes: tuple[FileNote, ...]) -> None:
    """Raise `BadInput` where files are too many or too large."""
    if len(notes) > MAX_FILES:
        raise BadInput("more than {most} files", most=MAX_FILES)
    for note in notes:
        if not 0 <= note.size <= MAX_FILE_BYTES:
            raise BadInput("{name}: larger than {limit} bytes", name=note.name, limit=MAX_FILE_BYTES)
    if sum(note.size for note in notes) > MAX_BUNDLE_BYTES:
        raise BadInput("a bundle is larger than {limit} bytes", limit=MAX_BUNDLE_BYTES)


def sealed(manifest: Manifest, key: Ed25519PrivateKey) -> Sealed:
    """A manifest under its signature. Raises `BadInput` where it is larger than a reader takes."""
    data = json.dumps(to_json(manifest), sort_keys=True, separators=(",", ":")).encode()
    if len(data) > MAX_MANIFEST_BYTES:
        raise BadInput("a manifest is larger than {limit} bytes", limit=MAX_MANIFEST_BYTES)
    return Sealed(data, key.sign(_CONTEXT + data))


def is_signed_by(member: Member, sealed: Sealed) -> bool:
    """Whether the signature is this member's, of this manifest."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(member.key).verify(sealed.signature, _CONTEXT + sealed.manifest)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_manifest(data: bytes) -> Manifest:
    """A manifest, whoever signed it. Raises `BadInput` for anything that is none of this format."""
    if len(data) > MAX_MANIFEST_BYTES:
        raise BadInput("a manifest is larger than {limit} bytes", limit=MAX_MANIFEST_BYTES)
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput("is no manifest: {reason}", reason=error) from error
    if isinstance(found, dict) and found.get("format") != FORMAT:
        raise BadInput(
            "is of the format {format}, and this version reads {known}: install the same version on every server",
            format=str(found.get("format")),
            known=FORMAT,
        )
    manifest = from_json(Manifest, found, "manifest")
    names = [note.name for note in manifest.files]
    if names != sorted(set(names)):
        raise BadInput("is no manifest: its files are not in order")
    if len(manifest.members) > MAX_MEMBERS:
        raise BadInput("more than {most} members", most=MAX_MEMBERS)
    if len({each.name for each in manifest.members}) < len(manifest.members):
        raise BadInput("is no manifest: two members have one name")
    check_bounds(manifest.files)
    return manifest
