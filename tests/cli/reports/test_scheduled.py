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
monitoring: {{base: 1500}}
reports:
  - {{name: folder, kind: usage, to: out, services: [facebook], band: 08:00-09:00, format: json,
     decisions: [permitted]}}
  - {{name: mailed, kind: usage, to: "mailto:ketua@example.my", services: [facebook], band: 08:00-09:00, format: csv}}
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
    [line] = office.audited()
    assert (line.action, line.target) == ("report usage", "folder 2010-01")


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
