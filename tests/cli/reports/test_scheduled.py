from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from sm_dns.ipc import children
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.cli.conftest import Office
from tests.support import ump
from tests.support.rows import KEY
from tests.support.smtp_server import mail_server

REPORTS = """
notice: {{classification: TERHAD}}
smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: dns@example.my}}
monitoring:
  base: 1500
  departments: [{{name: bursar, base: 400, head: bursar@example.my}}, {{name: library, head: library@example.my}}]
reports:
  - {{name: folder, kind: usage, to: out, services: [facebook], band: 08:00-09:00, format: json,
     decisions: [permitted]}}
  - {{name: mailed, kind: usage, to: "mailto:ketua@example.my", services: [facebook], band: 08:00-09:00, format: csv}}
  - {{name: heads, kind: department, to: heads, services: [facebook], band: 08:00-09:00, format: text, lang: en}}
  - {{name: files, kind: department, to: out, departments: [bursar, library], format: json}}
"""


@pytest.fixture
def place(office: Office) -> Path:
    office.config.write_text(office.config.read_text() + REPORTS.format(port=1))
    path = office.state / "monitor" / "usage.db"
    path.parent.mkdir(parents=True)
    store = Store(path)
    store.add(ump.rows(), KEY)
    store.close()
    return path


@pytest.mark.usefixtures("place")
def test_a_report_goes_into_its_folder(office: Office) -> None:
    [said] = office.json("report", "run", "folder", "--month", "2010-01")
    file = office.config.parent / "out" / "folder-2010-01.json"
    assert said == {"ok": True, "report": "folder", "month": "2010-01", "to": str(file)}
    found = json.loads(file.read_text())
    # The days beside those of the letter bring the staff that the letter's range leaves out.
    assert (found["selection"]["from"], found["selection"]["to"]) == ("2010-01-01", "2010-01-31")
    assert found["base"] == 1500 and found["count"] >= 1310
    made, kept = office.audited()
    assert (made.action, made.target) == ("report usage", "folder 2010-01")
    assert (kept.action, kept.detail["kind"], kept.detail["rounded"]) == ("report archived", "usage", False)
    assert found["number"] == kept.target
    assert "as it was archived" in office.run("report", "verify", str(file)).stdout


@pytest.mark.usefixtures("place")
def test_a_report_goes_by_mail(office: Office) -> None:
    with mail_server() as mailbox:
        office.config.write_text(office.config.read_text().replace("port: 1,", f"port: {mailbox.port},"))
        office.run("report", "run", "mailed", "--month", "2010-01")
    [message] = mailbox.messages
    assert message["Subject"].startswith("Laporan Pemantauan Capaian Media Sosial: ")
    assert "1 hingga 31 Januari 2010" in message["Subject"]
    body, attached = message.iter_parts()
    assert "TERHAD" in body.get_content() and "Laporan dilampirkan" in body.get_content()
    assert attached.get_filename() == "mailed-2010-01.csv"
    assert "Bilangan pengunjung unik" in attached.get_content()


@pytest.mark.usefixtures("place")
def test_each_head_gets_the_sheet_of_the_own_department_alone(office: Office) -> None:
    """RPT-2."""
    with mail_server() as mailbox:
        office.config.write_text(office.config.read_text().replace("port: 1,", f"port: {mailbox.port},"))
        office.run("report", "run", "heads", "--month", "2010-01")
    assert [message["To"] for message in mailbox.messages] == ["bursar@example.my", "library@example.my"]
    for message, own, other in zip(
        mailbox.messages, ("bursar", "library"), ("library", "bursar"), strict=True
    ):
        _, attached = message.iter_parts()
        assert attached.get_filename() == f"heads-{own}-2010-01.txt"
        told = attached.get_content()
        assert f"{own}: Facebook" in told and other not in told and "1500" not in told
    line, *kept = office.audited()
    assert (line.action, line.detail["sheets"]) == ("report department", "2")
    assert [(each.action, each.detail["rounded"]) for each in kept] == [("report archived", True)] * 2
    assert {each.detail["department"] for each in kept} == {"bursar", "library"}


@pytest.mark.usefixtures("place")
def test_named_departments_have_a_file_each(office: Office) -> None:
    office.run("report", "run", "files", "--month", "2010-01")
    names = sorted(path.name for path in (office.config.parent / "out").iterdir())
    assert names == ["files-bursar-2010-01.json", "files-library-2010-01.json"]


@pytest.mark.usefixtures("place")
def test_who_got_the_sheet_does_not_get_it_again_for_the_fault_of_another(office: Office) -> None:
    out = office.config.parent / "out"
    (out / "files-library-2010-01.json").mkdir(parents=True)  # no file can be put there
    failed = office.run("report", "run", "files", "--month", "2010-01", exit_code=2)
    assert "1 of 2 sheets were not delivered: library" in failed.output
    (out / "files-bursar-2010-01.json").unlink()
    (out / "files-library-2010-01.json").rmdir()
    for expected in (
        ["files-library-2010-01.json"],
        ["files-bursar-2010-01.json", "files-library-2010-01.json"],
    ):
        office.run("report", "run", "files", "--month", "2010-01")
        assert sorted(path.name for path in out.iterdir()) == expected


@pytest.mark.usefixtures("place")
def test_the_last_whole_month_is_meant_where_none_is_given(office: Office) -> None:
    [said] = office.json("report", "run", "folder")
    assert Path(said["to"]).name == f"folder-{said['month']}.json"


@pytest.mark.usefixtures("place")
def test_what_cannot_be_made_is_said(office: Office) -> None:
    assert "no configured report 'none'; there are: folder, mailed" in office.run(
        "report", "run", "none", exit_code=2
    ).stderr  # fmt: skip
    assert "expected a month" in office.run("report", "run", "folder", "--month", "2010", exit_code=2).stderr


@pytest.mark.usefixtures("place")
def test_the_service_makes_it_in_a_process_of_its_own(office: Office) -> None:
    assert Path(asyncio.run(children.make_report(office.config, "folder", "2010-01"))).exists()
    with pytest.raises(BadInput, match="no configured report"):
        asyncio.run(children.make_report(office.config, "none", "2010-01"))
