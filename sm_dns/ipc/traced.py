"""A question of a client that is traced, as workers hand it on and the command shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.util.schema_notes import says


@dataclass(frozen=True)
class TracedQuestion:
    """What became of one question, asked at a POSIX second."""

    at: float
    address: Annotated[str, says("from which it came")]
    name: str
    qtype: int
    stage: Annotated[str, says("of the pipeline, which answered")]
    action: Annotated[str, says("what policy said; empty where it was not asked")]
    reason_code: str
    decided_by: Annotated[str, says("the switch, the exemption or the list")]
    upstream: Annotated[str, says("whose answer it is; empty where none answered")]
    milliseconds: float
    rcode: int
