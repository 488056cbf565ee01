"""How a figure changed since the period before, in words."""

from __future__ import annotations

from sm_dns.i18n.dates import number_text
from sm_dns.monitor.comparison import (
    Change,
    QueriesBefore,
    VisitorsBefore,
    change_of_queries,
    change_of_staff,
)
from sm_dns.monitor.model import Cell, Coverage
from sm_dns.report.context import Context
from sm_dns.report.formatting import cell_text, range_text, rounded_text

Pair = tuple[str, str]

_WHY_NOT = {
    "erased": "not_compared_erased",
    "no_data": "not_compared_no_data",
    "unwatched": "not_compared_unwatched",
    "unknown": "not_compared_unknown",
    "kept_back": "not_compared_kept_back",
}


def visitors_compared(
    now: Cell, was: Cell | None, coverage: Coverage, before: VisitorsBefore, limit: int, context: Context
) -> Pair:
    """A number of staff beside that of the period before. was: None of a department that had no line."""
    if was is None:
        return _title(before, context), context.say("not_compared_no_data")
    shown = cell_text(context.language, was, limit)
    found = change_of_staff(now.count, was.count, (coverage, before.coverage))
    return _title(before, context), _said(found, shown, context)


def queries_compared(
    outcome: str, now: int | None, coverage: Coverage, before: QueriesBefore, limit: int, context: Context
) -> Pair:
    """A number of queries beside that of the period before."""
    was = before.whole.by_outcome[outcome]
    shown = rounded_text(context.language, was, limit)
    found = change_of_queries(now, was, (coverage, before.coverage))
    return _title(before, context), _said(found, shown, context)


def _title(before: VisitorsBefore | QueriesBefore, context: Context) -> str:
    return context.say("before", period=range_text(context.language, before.first, before.last))


def _said(found: Change, shown: str, context: Context) -> str:
    if found.difference is None:
        why = context.say(_WHY_NOT[found.why_not])
        is_nothing = found.why_not in ("erased", "no_data")
        return why if is_nothing else context.say("before_alone", was=shown, why=why)
    key = "more" if found.difference > 0 else "fewer" if found.difference else "as_many"
    count = number_text(context.language, abs(found.difference))
    return context.say("before_and_now", was=shown, how=context.say(key, count=count))
