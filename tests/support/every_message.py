"""Every message that the service can say, with something in each of its places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from sm_dns.ipc.status import Alarm, Status
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from tests.catalogues.source import spoken
from tests.support import dashboard


def example(template: str) -> Message:
    """A message of a template: Q7 in each place, or 7 where a number is wanted."""
    fields = [(name, form or "") for _, name, form, _ in Formatter().parse(template) if name]
    if any(form.startswith(" ") for _, form in fields):
        return Message(template)  # braces that mean themselves
    return Message(template, **{name: 7 if form else "Q7" for name, form in fields})


def every_message() -> list[Message]:
    return [example(each.template) for each in spoken()]


def tell_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service that a dashboard is played say all of them, as findings and alarms."""
    true = dashboard.status_of

    def told(directory: Path, config: str) -> Status:
        messages = every_message()
        return replace(
            true(directory, config),
            findings=tuple(Finding("warning", message) for message in messages),
            alarms=tuple(Alarm("2026-08-10T04:00:00Z", message) for message in messages[:40]),
            last_error=messages[0],
        )

    monkeypatch.setattr(dashboard, "status_of", told)
