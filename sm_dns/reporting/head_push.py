"""Telling the head of the audit's chain elsewhere: whoever rewrites the chain cannot rewrite what was told.

Each place gets one line: when, which record is the last, its hash, and which host tells it.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from pathlib import Path

from sm_dns.reporting import mail
from sm_dns.settings.blocks.audit import FILE, SYSLOG
from sm_dns.settings.blocks.reports import MAILTO
from sm_dns.settings.settings import Settings
from sm_dns.state.chain import Head
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import give_to_directory_owner, named, write_all
from sm_dns.util.message import Message, reason_of

SYSLOG_SOCKET = Path("/dev/log")
SYSLOG_SECONDS = 5.0
_PRIORITY = 10 << 3 | 5  # authpriv, notice (RFC 5424)
_TOLD = re.compile(r"\bhash=([0-9a-f]{64})\b")


def push(settings: Settings, place: str, head: Head, now: float) -> None:
    """Tell a head to one place of the configuration. `now`: POSIX seconds. Raises `OSError` and `BadInput`."""
    line = head_line(head, now)
    if place == SYSLOG:
        to_syslog(line)
    elif place.startswith(FILE):
        _to_file(Path(place.removeprefix(FILE)), f"{line}\n")
    else:
        if settings.smtp is None:
            raise BadInput("the head of the audit goes by mail: say which server, in smtp")
        mail.send(settings.smtp, _message(settings.smtp.sender, place.removeprefix(MAILTO), line))


def head_line(head: Head, now: float) -> str:
    """What is told of a head."""
    return f"{utc_iso(now)} sm-dns audit head: seq={head.seq} hash={head.hash} host={socket.gethostname()}"


def heads_in(text: str) -> list[str]:
    """The hashes of the heads that were told, in whatever they were gathered in, such as a log; each once."""
    return list(dict.fromkeys(_TOLD.findall(text)))


def failure(place: str, error: OSError | BadInput) -> Message:
    """Why a place was not told."""
    return Message("{place}: {reason}", place=place, reason=reason_of(error))


def to_syslog(line: str, where: Path = SYSLOG_SOCKET) -> None:
    """Hand a line to the host's log. Unlike syslog(3) it says where nobody takes it. Raises `OSError`."""
    with named(where), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(SYSLOG_SECONDS)
        sender.connect(str(where))
        sender.send(f"<{_PRIORITY}>sm-dns[{os.getpid()}]: {line}".encode())


def _to_file(path: Path, line: str) -> None:
    """Add a line to a file, down to the disk. A link is not followed."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o640)
    try:
        with named(path):
            give_to_directory_owner(descriptor, path.parent)
            write_all(descriptor, line.encode())
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _message(sender: str, to: str, line: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to.split(","))
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Subject"] = "sm-dns audit head"
    message.set_content(f"{line}\n")
    return message


def missing(heads: Iterable[str], known: Iterable[str]) -> list[str]:
    """The heads that no record of the chain has."""
    hashes = set(known)
    return [head for head in heads if head not in hashes]
