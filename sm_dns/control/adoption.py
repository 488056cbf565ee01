"""What follows when another generation is in force, beside the workers, who answer by it already."""

from __future__ import annotations

from sm_dns.control.parts import Parts
from sm_dns.policy.status import headline
from sm_dns.util import systemd


class Adoption:
    """Has jobs, portal, dashboard, names, counting and addresses go by the generation in force."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._adopted = parts.generations.current

    def begin(self) -> None:
        """Tell those who count what they begin with."""
        self._tell_collector()

    def follow(self) -> None:
        """Adopt the generation in force; nothing where that was done already."""
        current = self._parts.generations.current
        if current is self._adopted:
            return
        self._adopted = current
        self._parts.jobs.plan()
        self._parts.sources.configure(current.service.monitoring)
        self._parts.portal.adopt()
        if "web" not in current.service.left_out:  # one that runs goes on
            self._parts.web.use(current.service.web)
        if "fleet" not in current.service.left_out and not self._parts.clock.rehearsal:
            self._parts.fleet.use(current.service.fleet)
        if "feeds" not in current.service.left_out:
            self._parts.feeds.use(current.service.feeds)
        self._parts.feeds.adopt()
        self._parts.lan.configure(current.service.lan)
        self._parts.handing_out.give(self._parts.listening.want(current.service))
        self._tell_collector()
        systemd.status(headline(self._parts.switchboard.over(current.snapshot), self._parts.clock.now()))

    def _tell_collector(self) -> None:
        if self._parts.collector is not None:
            self._parts.collector.configure(self._adopted.service.monitoring)
            self._parts.collector.note_version("lists", self._adopted.snapshot.version)
            self._parts.collector.note_version("schedule", self._adopted.service.schedules)
