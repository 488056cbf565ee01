"""What is done by the clock: flips recorded, lists refreshed, exemptions ended, calendars read again.

Jobs reload and record; they never judge. APScheduler's timers are monotonic and may be late after a suspend or a
step of the clock: nothing depends on that, for workers compute every edge themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import wraps
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[..., Awaitable[None]]

logging.getLogger("apscheduler").setLevel(logging.WARNING)


def _ending_quietly(job: Job) -> Job:
    """The job; when the scheduler stops under way, APScheduler would log its end as an error."""

    @wraps(job)
    async def run(*arguments: object) -> None:
        with suppress(asyncio.CancelledError):
            await job(*arguments)

    return run


class Scheduler:
    """Named jobs; planning a name again replaces it. `offset` is the rehearsal's, in seconds."""

    def __init__(self, offset: float) -> None:
        self._offset = offset
        # Late is better than never (the default drops a job that is a second late), and once is enough.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Run no further job."""
        self._scheduler.shutdown(wait=False)

    def clock_stepped(self) -> None:
        """Compute every wait anew (TIME-11)."""
        self._scheduler.wakeup()

    def at(self, name: str, instant: float, job: Job, *arguments: object) -> None:
        """Run once at an instant of the (rehearsed) clock, in POSIX seconds."""
        when = datetime.fromtimestamp(instant - self._offset, UTC)
        self._scheduler.add_job(
            _ending_quietly(job), DateTrigger(when), arguments, id=name, replace_existing=True
        )

    def every(self, name: str, seconds: int, first: float, job: Job, *arguments: object) -> None:
        """Run at `first` (POSIX seconds of the true clock) and each so many seconds after it.

        Give or take a tenth, so that a site's servers do not ask in step.

        Planning it again with the same seconds does not begin the wait anew.
        """
        planned = self._scheduler.get_job(name)
        if planned is not None and planned.trigger.interval.total_seconds() == seconds:
            return
        trigger = IntervalTrigger(seconds=seconds, jitter=max(seconds // 10, 1))
        when = datetime.fromtimestamp(first, UTC)
        self._scheduler.add_job(
            _ending_quietly(job), trigger, arguments, id=name, next_run_time=when, replace_existing=True
        )

    def daily(self, name: str, zone: ZoneInfo, job: Job, *arguments: object) -> None:
        """Run a few seconds after each local midnight."""
        trigger = CronTrigger(hour=0, minute=0, second=7, timezone=zone)
        self._scheduler.add_job(_ending_quietly(job), trigger, arguments, id=name, replace_existing=True)

    def keep_only(self, prefix: str, names: Mapping[str, object]) -> None:
        """Drop the jobs `prefix` + name that are not in `names` any more."""
        for job in self._scheduler.get_jobs():
            if job.id.startswith(prefix) and job.id.removeprefix(prefix) not in names:
                job.remove()
