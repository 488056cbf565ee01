"""A configured report of one month: what it asks for, and how it gets to its readers."""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from sm_dns.report.document import Document
from sm_dns.report.formatting import range_text
from sm_dns.report.request import SUFFIXES, Form, Request, parse_band, parse_decisions, parse_month
from sm_dns.report.texts import say
from sm_dns.reporting import mail
from sm_dns.settings.blocks.reports import HEADS, MAILTO, ReportSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory
from sm_dns.util.message import Message, did_you_mean

_TYPES: dict[Form, tuple[str, str]] = {
    "text": ("text", "plain"),
    "json": ("application", "json"),
    "csv": ("text", "csv"),
    "html": ("text", "html"),
    "pdf": ("application", "pdf"),
}


def find(settings: Settings, name: str) -> ReportSettings:
    """The configured report of a name. Raises `BadInput`."""
    for each in settings.reports:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in settings.reports) or "none"
    said = Message("there is no configured report {name!r}; there are: {known}", name=name, known=known)
    raise BadInput(did_you_mean(said, name, [each.name for each in settings.reports]))


def sheets(settings: Settings, report: ReportSettings) -> tuple[ReportSettings, ...]:
    """What a report is delivered as: itself, or a sheet for each department that it names, or to whose head it goes.

    So each reader has the own department alone (RPT-2). Raises `BadInput` where a head is not known.
    """
    if report.kind != "department":
        return (report,)
    heads = {each.name: each.head for each in settings.monitoring.departments}
    named = report.departments
    if report.to == HEADS:
        named = named or tuple(name for name, head in heads.items() if head)
        without = [name for name in named if not heads.get(name)]
        if without or not named:
            raise BadInput(
                "report {name!r} goes to heads: say who they are, in monitoring.departments ({names})",
                name=report.name,
                names=", ".join(without) or "head",
            )
    elif len(named) < 2:
        return (report,)
    found: dict[str, ReportSettings] = {}
    for name in named:
        own = f"{report.name}-{_plain(name)}"
        own = own if own not in found else f"{own}-{len(found) + 1}"
        to = f"{MAILTO}{heads[name]}" if report.to == HEADS else report.to
        found[own] = report.model_copy(update={"name": own, "departments": (name,), "to": to})
    return tuple(found.values())


def _plain(name: str) -> str:
    """A department's name as a part of a file's name."""
    return re.sub(r"\W+", "-", name.lower()).strip("-") or "department"


def request_of(report: ReportSettings, month: str) -> Request:
    """What a configured report asks for, of a month such as "2026-10". Raises `BadInput`.

    A sheet of one department is for its head, who sees rounded numbers on the dashboard: exact ones beside them would
    say more than either (PRIV-3).
    """
    first, last = parse_month(month)
    return Request(
        report.kind,
        first,
        last,
        services=report.services,
        categories=report.categories,
        band=None if report.band is None else parse_band(report.band),
        days=report.days,
        decisions=parse_decisions(report.decisions),
        departments=report.departments,
        rounded=len(report.departments) == 1,
    )


def file_name(report: ReportSettings, month: str) -> str:
    """Such as "monthly-2026-10.pdf"."""
    return f"{report.name}-{month}.{SUFFIXES[report.format]}"


def deliver(settings: Settings, report: ReportSettings, month: str, made: bytes, document: Document) -> str:
    """Put the report into its folder, whole or not at all, or mail it; where it went.

    Raises `OSError` (`MailFailed` is one), `BadInput`.
    """
    if not report.recipients:
        path = Path(report.to) / file_name(report, month)
        make_directory(path.parent, mode=0o750)
        atomic_write(path, made, mode=0o640)
        return str(path)
    if settings.smtp is None:
        raise BadInput("report {name!r} goes by mail: say which server, in smtp", name=report.name)
    mail.send(settings.smtp, _message(settings.smtp.sender, report, month, made, document))
    return report.to


def _message(
    sender: str, report: ReportSettings, month: str, made: bytes, document: Document
) -> EmailMessage:
    language = report.lang
    request = request_of(report, month)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(report.recipients)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Subject"] = say(
        language,
        "mail_subject",
        title=document.title,
        kind=document.kind,
        period=range_text(language, request.first, request.last),
    )
    label = document.letterhead.classification
    body = say(language, "mail_body")
    message.set_content(f"{label}\n\n{body}\n" if label else f"{body}\n")
    kind, sub = _TYPES[report.format]
    message.add_attachment(made, maintype=kind, subtype=sub, filename=file_name(report, month))
    return message
