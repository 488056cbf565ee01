"""Mail that tells who decides of requests of staff: how many, of which department, and where.

Nothing that was typed is in it, for mail lies on other servers; nor is there anything to press: the link opens a page
behind a login, so that a program that follows links decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from sm_dns.i18n.catalogue import languages
from sm_dns.report.texts import say
from sm_dns.reporting import mail
from sm_dns.settings.blocks.reports import SmtpSettings
from sm_dns.settings.blocks.requests import RequestMail
from sm_dns.settings.settings import Settings
from sm_dns.state.access_requests import AccessRequest
from sm_dns.util.errors import BadInput

PAGE = "/requests"

Send = Callable[[SmtpSettings, EmailMessage], None]


def send_all(settings: Settings, requests: Sequence[AccessRequest], send: Send = mail.send) -> int:
    """Tell everybody of `requests.mail` whom one of the requests is for: how many mails that took.

    One that cannot be sent keeps no other back. Raises `BadInput` with the reason of the first such.
    """
    if settings.smtp is None:
        return 0
    sent, problems = 0, []
    for rule in settings.requests.mail:
        own = [each for each in requests if not rule.departments or each.department in rule.departments]
        if not own:
            continue
        try:
            send(settings.smtp, _message(settings, settings.smtp.sender, rule, own))
            sent += 1
        except (OSError, BadInput) as error:
            problems.append(error)
    if problems:
        raise BadInput("{reason}", reason=problems[0])
    return sent


def _message(
    settings: Settings, sender: str, rule: RequestMail, requests: Sequence[AccessRequest]
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(rule.to)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Subject"] = " / ".join(say(language, "request_subject") for language in languages())
    departments = ", ".join(sorted({each.department for each in requests if each.department}))
    parts = [_text(language, len(requests), departments) for language in languages()]
    address = settings.requests.dashboard
    message.set_content("\n\n".join([*parts, *([f"{address}{PAGE}"] if address else [])]) + "\n")
    return message


def _text(language: str, count: int, departments: str) -> str:
    lines = [say(language, "request_count", count=str(count))]
    if departments:
        lines.append(say(language, "request_departments", departments=departments))
    return "\n".join([*lines, say(language, "request_where")])
