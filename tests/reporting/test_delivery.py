from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sm_dns.report.document import Document, Letterhead
from sm_dns.reporting.delivery import deliver, file_name, find, request_of
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

DOCUMENT = Document("ms", Letterhead(), "Laporan", "Liputan data", "9 Januari 2010", (), "sumber")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "sm-dns.yaml"
    file.write_text(
        "schedules: {default: {}}\n"
        "reports: [{name: heads, kind: department, to: a/b, days: working, band: 08:00-17:00,"
        " departments: [Audit]}]\n"
    )
    return load_settings(file)


def test_the_whole_month_is_asked_for(settings: Settings) -> None:
    request = request_of(find(settings, "heads"), "2024-02")
    assert (request.first, request.last) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (request.kind, request.band, request.days, request.departments) == (
        "department", (8, 17), "working", ("Audit",)
    )  # fmt: skip


def test_a_file_is_written_whole_for_few_eyes_and_again_in_its_place(
    settings: Settings, tmp_path: Path
) -> None:
    report = find(settings, "heads")
    for content in (b"one", b"two"):
        place = Path(deliver(settings, report, "2024-02", content, DOCUMENT))
    assert place == tmp_path / "a" / "b" / file_name(report, "2024-02")
    assert place.name == "heads-2024-02.pdf"
    assert place.read_bytes() == b"two"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert [each.name for each in place.parent.iterdir()] == [place.name]


def test_without_a_server_no_mail_leaves(settings: Settings) -> None:
    report = find(settings, "heads").model_copy(update={"to": "mailto:x@example.my"})
    with pytest.raises(BadInput, match="in smtp"):
        deliver(settings, report, "2024-02", b"", replace(DOCUMENT))


def test_an_unknown_report_is_said(settings: Settings) -> None:
    with pytest.raises(BadInput, match="there are: heads"):
        find(settings, "other")


def test_nights_are_asked_for_as_they_are_configured(tmp_path: Path) -> None:
    file = tmp_path / "sm-dns.yaml"
    file.write_text(
        "schedules: {default: {}}\nreports: [{name: nights, kind: usage, to: a, band: 22:00-06:00}]\n"
    )
    assert request_of(find(load_settings(file), "nights"), "2024-02").band == (22, 6)
