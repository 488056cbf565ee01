"""Which domains a resolver must ask sm-dns for, so that it keeps the hours without knowing them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sm_dns.dns.names import ROOT, suffixes, to_text
from sm_dns.feeds.zones.names import listed_names, name_rules
from sm_dns.feeds.zones.verdicts import LET_BY, Verdict, Verdicts
from sm_dns.lists.index import NameIndex
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.util.errors import BadInput

MAX_DOMAINS: Final = 100_000  # forwarders that anything was ever seen to hold


def governed_domains(directory: Path) -> tuple[str, ...]:
    """Every domain of a generation that is denied at some time, in order; none that lies below another.

    What is excepted below one is asked for too: sm-dns knows. Raises `BadInput`.
    """
    verdicts = Verdicts(snapshot.load(directory))
    index = NameIndex.open(directory / NAMES_FILE)
    try:
        rules = name_rules(verdicts, listed_names(index))
    finally:
        index.close()
    governed = {each.name for each in rules if _is_denied(each.own) or _is_denied(each.below)}
    top = [name for name in governed if not _is_below_another(name, governed)]
    if len(top) > MAX_DOMAINS:
        raise BadInput("the lists hold {count} domains: too many to forward each by itself", count=len(top))
    return tuple(sorted(map(to_text, top)))


def _is_denied(verdict: Verdict) -> bool:
    return any(way not in (None, LET_BY) for way in verdict)


def _is_below_another(name: bytes, governed: set[bytes]) -> bool:
    return any(parent in governed for parent in suffixes(name[1 + name[0] :]) if parent != ROOT)
