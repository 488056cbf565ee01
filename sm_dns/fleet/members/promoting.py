"""A node is promoted by hand: it leads from the next epoch on, by what it took last."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.fleet.bundles.bundle import Base, read_manifest
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.util.errors import BadInput


def promoted(kept: Kept) -> Kept:
    """What the promoted one keeps. Raises `BadInput` where it cannot lead."""
    standing = kept.standing
    own = standing.member(kept.name)
    if own is None or not own.may_lead:
        raise BadInput(
            "the others know no address of this server: fleet.listen must be in its configuration while it is a node"
        )
    if kept.sealed is None:
        raise BadInput("this server has taken nothing yet: there is no policy to lead by")
    manifest = read_manifest(kept.sealed.manifest)
    base = Base(manifest.epoch, manifest.generation, manifest.seq)
    return replace(
        kept,
        role="primary",
        base=base,
        standing=replace(standing, epoch=standing.epoch + 1, leader=kept.name),
    )
