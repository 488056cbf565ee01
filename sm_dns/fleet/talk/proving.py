"""Answering what is asked of this server's own audit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sm_dns.fleet.heads import Proof
from sm_dns.fleet.talk.messages import Prove, Proved
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, reason_of

PROOF_SECONDS = 60.0  # for reading a long audit

Prover = Callable[[tuple[int, ...]], Awaitable[Proof]]
"""What the records of these numbers are; raises `BadInput` and `OSError`."""


async def proved(said: Prove, prove: Prover) -> Proved:
    """The answer to a question."""
    try:
        return Proved(said.number, NOTHING, await prove(said.seqs))
    except (BadInput, OSError) as error:
        return Proved(said.number, reason_of(error), Proof((), NOTHING))
