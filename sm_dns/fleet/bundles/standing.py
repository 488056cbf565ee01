"""When a bundle is taken: the pure rules of epochs, generations and signatures.

The order of bundles is (epoch, generation). In an epoch one member alone leads; who is promoted by hand begins
the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sm_dns.fleet.bundles.bundle import Manifest, Member, Sealed, digest_of, is_signed_by, read_manifest
from sm_dns.util.errors import BadInput


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member goes by: the fleet, the place of the last bundle it took (0, 0 for none yet) with the digest
    of that manifest ("" for none), who leads, and the members that it knows."""

    fleet: str
    epoch: int
    generation: int
    digest: str
    leader: str
    members: tuple[Member, ...]

    def member(self, name: str) -> Member | None:
        """The member of a name."""
        return next((each for each in self.members if each.name == name), None)


class NotTaken(BadInput):
    """A bundle is refused; the message says why. What was taken before stays."""


def after(manifest: Manifest, sealed: Sealed) -> Standing:
    """The standing of who took a bundle."""
    return Standing(
        manifest.fleet,
        manifest.epoch,
        manifest.generation,
        sealed.digest,
        manifest.leader,
        manifest.members,
    )


def is_known(sealed: Sealed, standing: Standing) -> bool:
    """Whether it is the very bundle that was taken last."""
    return sealed.digest == standing.digest


def acceptable(sealed: Sealed, standing: Standing) -> Manifest:
    """The manifest of a bundle that may be taken, its files apart. Raises `NotTaken`."""
    try:
        manifest = read_manifest(sealed.manifest)
    except BadInput as error:
        raise NotTaken(error.reason) from error
    leader = standing.member(manifest.leader)
    if manifest.fleet != standing.fleet:
        raise NotTaken("a bundle of another fleet")
    if leader is None or not leader.may_lead:
        raise NotTaken("{leader} is no member that may lead this fleet", leader=manifest.leader)
    if not is_signed_by(leader, sealed):
        raise NotTaken("the signature is not that of {leader}", leader=manifest.leader)
    named = manifest.member(manifest.leader)
    if named is None or (named.key, named.certificate) != (leader.key, leader.certificate):
        raise NotTaken("{leader} names itself otherwise than it was known", leader=manifest.leader)
    _check_place(manifest, standing)
    return manifest


def _check_place(manifest: Manifest, standing: Standing) -> None:
    if manifest.epoch < standing.epoch:
        raise NotTaken(
            "epoch {epoch} is over: {leader} leads in epoch {now}",
            epoch=manifest.epoch,
            leader=standing.leader,
            now=standing.epoch,
        )
    if manifest.epoch > standing.epoch:
        return
    if manifest.leader != standing.leader:
        raise NotTaken(
            "two servers lead in epoch {epoch}, {leader} and {other}: promote one of them again",
            epoch=manifest.epoch,
            leader=standing.leader,
            other=manifest.leader,
        )
    if manifest.generation <= standing.generation:
        raise NotTaken(
            "generation {generation} of {leader} is not after {known}, which was taken: where it was restored from a "
            "backup, promote the server that has what is wanted (sm-dns fleet promote)",
            generation=manifest.generation,
            leader=manifest.leader,
            known=standing.generation,
        )


def check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Raise `NotTaken` where files are not those that the manifest names, all of them, octet by octet."""
    noted = {note.name: note for note in manifest.files}
    for name in sorted(noted.keys() ^ files.keys()):
        raise NotTaken("{name} is missing, or was not signed", name=name)
    for name, data in files.items():
        if len(data) != noted[name].size or digest_of(data) != noted[name].digest:
            raise NotTaken("{name} is not what was signed", name=name)


def taken(sealed: Sealed, files: Mapping[str, bytes], standing: Standing) -> Manifest:
    """The manifest of a bundle that is taken. Raises `NotTaken`."""
    manifest = acceptable(sealed, standing)
    check_files(manifest, files)
    return manifest
