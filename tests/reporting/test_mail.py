from __future__ import annotations

import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from sm_dns.reporting import mail
from sm_dns.reporting.mail import MailFailed
from sm_dns.settings.blocks.reports import SmtpSettings
from sm_dns.util.errors import BadInput
from tests.support.certificates import make_certificate
from tests.support.smtp_server import Mailbox, mail_server


def settings(mailbox: Mailbox, **more: object) -> SmtpSettings:
    given = {
        "host": "127.0.0.1",
        "port": mailbox.port,
        "security": "none",
        "sender": "dns@example.my",
        **more,
    }
    return SmtpSettings.model_construct(**given)  # type: ignore[arg-type]


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "dns@example.my", "a@example.my, b@example.my", "Laporan"
    made.set_content("dilampirkan\n.\n.. titik\n")
    return made


def send(smtp: SmtpSettings) -> list[float]:
    pauses: list[float] = []
    mail.send(smtp, message(), pause=pauses.append)
    return pauses


def test_a_message_arrives_whole() -> None:
    with mail_server() as mailbox:
        assert send(settings(mailbox)) == []
    [taken] = mailbox.messages
    assert taken["Subject"] == "Laporan"
    assert taken.get_content().splitlines() == ["dilampirkan", ".", ".. titik"]
    assert mailbox.recipients == ["a@example.my", "b@example.my"]


def test_it_goes_over_tls_with_a_password_from_a_file(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "localhost")
    (tmp_path / "password").write_text("secret\n")
    with mail_server((certificate, key)) as mailbox:
        send(
            settings(
                mailbox, security="starttls", ca_file=certificate, user="dns", password_file=tmp_path / "password"
            )
        )  # fmt: skip
    assert mailbox.encrypted == [True]
    assert mailbox.logins == [("dns", "secret")]


def test_a_server_without_tls_or_with_another_certificate_gets_nothing(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "localhost")
    other, _ = make_certificate(tmp_path, "localhost", "other")
    with mail_server() as mailbox, pytest.raises(MailFailed, match="STARTTLS"):
        send(settings(mailbox, security="starttls"))
    assert mailbox.messages == []
    with mail_server((certificate, key)) as mailbox, pytest.raises(MailFailed, match="certificate"):
        send(settings(mailbox, security="starttls", ca_file=other))
    assert mailbox.messages == [] and mailbox.logins == []


def test_what_may_pass_is_tried_again_and_not_for_ever() -> None:
    with mail_server() as mailbox:
        mailbox.answers = ["451 later", "452 later"]
        assert send(settings(mailbox)) == [mail.PAUSE_SECONDS] * 2
        assert len(mailbox.messages) == 1
        mailbox.answers = ["451 later"] * mail.MAX_TRIES
        with pytest.raises(MailFailed, match="451"):
            send(settings(mailbox))
        assert mailbox.answers == [] and len(mailbox.messages) == 1


def test_a_final_no_is_not_asked_again() -> None:
    with mail_server() as mailbox:
        mailbox.answers = ["554 no", "250 ok"]
        with pytest.raises(MailFailed, match="554"):
            send(settings(mailbox))
    assert mailbox.messages == []


def test_a_refused_recipient_is_said_and_the_others_get_one_copy() -> None:
    with mail_server() as mailbox:
        mailbox.refuse = "b@example.my"
        with pytest.raises(MailFailed, match="no such mailbox"):
            send(settings(mailbox))
    assert len(mailbox.messages) == 1


def test_nobody_there_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailFailed, match=f"127.0.0.1:{port}"):
        send(settings(Mailbox(port=port)))


def test_a_bad_file_of_certificates_is_bad_input(tmp_path: Path) -> None:
    for content in (None, "no certificate"):
        file = tmp_path / "ca.pem"
        if content:
            file.write_text(content)
        with pytest.raises(BadInput, match="file of certificates"):
            send(settings(Mailbox(), security="starttls", ca_file=file))
