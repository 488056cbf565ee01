"""What figures rest on beside the counts: how many staff there are, which hours are worked, what is kept back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sm_dns.monitor.figures.selecting import IsWorking, KindOfHour
from sm_dns.monitor.headcount import Headcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """headcount: how many staff there are. headcounts: the same of each department, by name.

    is_working: whether a local date is a working day. hour_kind: what the hours of a local date are. small_cell:
    counts from 1 to below this are kept back. now (POSIX seconds): what is after it is not missing in the coverage.
    """

    is_working: IsWorking
    hour_kind: KindOfHour
    small_cell: int
    headcount: Headcount = field(default_factory=Headcount)
    headcounts: Mapping[str, Headcount] = field(default_factory=dict)
    now: float = math.inf
