"""Who becomes a member: a stranger with the secret of an invitation, once; wrong ones are limited."""

from __future__ import annotations

import time
from pathlib import Path

from sm_dns.fleet.bundles.bundle import MAX_MEMBERS, Member
from sm_dns.fleet.members import invitations
from sm_dns.fleet.members.identity import key_of
from sm_dns.fleet.members.invitations import WrongTokens
from sm_dns.fleet.talk.messages import Join
from sm_dns.settings.endpoint import parse_endpoint
from sm_dns.settings.types import is_name
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, key

_UNKNOWN = key("the invitation is not known here, was used, or has ended: make another one")


class Admission:
    """Lets members in, each on record."""

    def __init__(self, state_dir: Path, trail: Trail) -> None:
        self._state_dir = state_dir
        self._trail = trail
        self._wrong = WrongTokens()

    def admitted(self, said: Join, certificate: bytes, members: tuple[Member, ...], leader: str) -> Member:
        """The new member; its invitation is used up. Raises `BadInput` and `OSError`."""
        if self._wrong.are_too_many(time.monotonic()):
            raise BadInput("too many wrong invitations were shown: try again in ten minutes")
        if invitations.without(self._state_dir, said.secret, time.time()) is None:
            self._wrong.note(time.monotonic())
            raise BadInput(Message(_UNKNOWN))
        member = _member(said, certificate)
        if member.name == leader:
            raise BadInput("{name} is the name of the primary: give this server another one", name=leader)
        if any(each.name == member.name and each.certificate != certificate for each in members):
            raise BadInput(
                "another server is the member {name}: give this one another name in fleet.name or, where it was "
                "made anew, have that one leave first (sm-dns fleet leave {name} on the primary)",
                name=member.name,
            )
        if len([each for each in members if each.name != member.name]) >= MAX_MEMBERS:
            raise BadInput("more than {most} members", most=MAX_MEMBERS)
        with self._trail.turn() as turn:
            left = invitations.without(self._state_dir, said.secret, time.time())
            if left is None:
                raise BadInput(Message(_UNKNOWN))
            turn.change("fleet joined", member.name, why="", detail={"address": member.address}, files=[left])
        return member


def is_address(text: str) -> bool:
    """Whether it is one, or says that there is none."""
    try:
        return not text or str(parse_endpoint(text)) == text
    except ValueError:
        return False


def _member(said: Join, certificate: bytes) -> Member:
    if not is_name(said.name):
        raise BadInput("{name!r} is no name of a server", name=said.name)
    if not is_address(said.address):
        raise BadInput("{address!r} is no address with a port", address=said.address)
    return Member(said.name, key_of(certificate), certificate, said.address)
