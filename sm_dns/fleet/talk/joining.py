"""Joining a fleet: one short talk with the primary, known by the fingerprint that the token holds."""

from __future__ import annotations

import asyncio

from sm_dns.fleet.members.identity import Identity, fingerprint
from sm_dns.fleet.members.invitations import Token
from sm_dns.fleet.talk import encryption
from sm_dns.fleet.talk.messages import (
    FROM_NODE,
    FROM_PRIMARY,
    PROTOCOL,
    FromNode,
    FromPrimary,
    Join,
    Joined,
    Refused,
)
from sm_dns.fleet.talk.wire import Gone, Wire, refusal
from sm_dns.util.errors import BadInput

SECONDS = 20.0


async def join(token: Token, identity: Identity, address: str) -> Joined:
    """Become a member; `address` is where this server would listen as primary, or "". Raises `BadInput`."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _join(token, identity, address)
    except TimeoutError as error:
        raise BadInput("{address} does not answer", address=token.address) from error
    except Gone as gone:
        raise BadInput("{address}: {reason}", address=token.address, reason=gone) from gone
    except OSError as error:
        raise BadInput("{address}: {reason}", address=token.address, reason=refusal(error)) from error


async def _join(token: Token, identity: Identity, address: str) -> Joined:
    endpoint = token.address
    reader, writer = await asyncio.open_connection(endpoint.address, endpoint.port, ssl=encryption.joining())
    talk: Wire[FromNode, FromPrimary] = Wire(reader, writer, FROM_NODE, FROM_PRIMARY)
    try:
        if fingerprint(talk.certificate) != token.fingerprint:
            raise BadInput(
                "{address} is not the server that the token is of: nothing was told to it", address=endpoint
            )
        await talk.send(Join(PROTOCOL, token.secret, identity.name, address), identity.certificate)
        said, _ = await talk.receive(SECONDS)
    finally:
        talk.close()
    if isinstance(said, Refused):
        raise BadInput("{address} refuses: {reason}", address=endpoint, reason=said.reason)
    if not isinstance(said, Joined):
        raise Gone("it says what was not asked for")
    leader = next((each for each in said.members if each.name == said.leader), None)
    if leader is None or fingerprint(leader.certificate) != token.fingerprint:
        raise BadInput("{address} is not the server that leads its fleet", address=endpoint)
    return said
