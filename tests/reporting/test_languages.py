"""A report in a language that came as one file: asked for in the configuration, made in every form, and mailed."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.report.request import Form, Kind, Request
from sm_dns.reporting import make
from sm_dns.reporting.delivery import deliver, find, request_of
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from tests.catalogues.pseudo import OPEN, unmarked
from tests.conftest import require_pdf
from tests.support import ump
from tests.support.languages import ALL
from tests.support.rows import KEY
from tests.support.smtp_server import mail_server

NOW = ump.at(40, 0)


def settings(folder: Path, language: str, port: int = 25) -> Settings:
    file = folder / "sm-dns.yaml"
    file.write_text(
        "schedules: {default: {}}\n"
        f"web: {{language: {language}}}\n"
        "monitoring: {store: usage.db, base: 1500, departments: [{name: works, base: 70}]}\n"
        "notice: {agency: {ms: Universiti, en: University}}\n"
        f"smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: dns@example.my}}\n"
        "reports: [{name: heads, kind: coverage, format: text, to: 'mailto:head@example.my',"
        f" lang: {language}}}]\n"
    )
    return load_settings(file)


@pytest.fixture
def stored(tmp_path: Path) -> None:
    store = Store(tmp_path / "usage.db")
    store.add(ump.rows(), KEY)
    store.close()


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_made_in_every_form(pseudo: str, tmp_path: Path, kind: Kind) -> None:
    request = Request(kind, ump.FIRST, ump.LAST, services=("facebook",), band=(8, 9))
    made = make.report(settings(tmp_path, pseudo), request, pseudo, NOW)
    assert made.document.letterhead.agency == "University"
    for form in set(get_args(Form)) - {"pdf", "json"}:
        assert OPEN in make.render(made, form).decode(), form
    assert OPEN not in make.render(made, "json").decode().split('"caveats"')[0]
    require_pdf()
    assert make.render(made, "pdf").startswith(b"%PDF-1.7")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("language", ALL)
def test_the_mail_is_in_the_language_of_the_report(pseudo: str, tmp_path: Path, language: str) -> None:
    with mail_server() as mailbox:
        office = settings(tmp_path, language, mailbox.port)
        report = find(office, "heads")
        made = make.report(office, request_of(report, "2010-01"), report.lang, NOW)
        deliver(office, report, "2010-01", make.render(made, report.format), made.document)
    [taken] = mailbox.messages
    body = taken.get_body()
    assert body is not None
    subject, text = taken["Subject"], body.get_content()
    assert "{" not in subject + text
    assert (unmarked(subject + text).strip(" :,\r\n") == "") is (language == pseudo)
    wanted = {"ms": "Januari 2010", "en": "January 2010", pseudo: "Ĵáñüářÿ"}
    assert wanted[language] in subject
