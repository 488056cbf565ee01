"""EDE texts where there are more languages than the two that ship, and where one of them is long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sm_dns.i18n import catalogue as catalogues
from sm_dns.i18n.catalogue import ENGLISH, FOLDER, catalogue, languages
from sm_dns.i18n.po_file import read_po
from sm_dns.policy.decide import Decision
from sm_dns.policy.denials.denial_text import EDE_BYTES, NO_CITATION, ede_text, ede_texts
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.policy.schedule import Schedule
from tests.catalogues.pseudo import CLOSE, OPEN, unmarked
from tests.policy.office import at
from tests.support.desk import JKDM

DEFAULT = Schedule.from_json({})
OPENING = at("2026-08-10T13:00")
CODES = ("STREAMING", "WEEKEND_CLOSED", "WORKING_HOURS", "BYPASS", "BYPASS_SIGNAL", "CATEGORY_DENIED")


def decisions() -> Iterator[Decision]:
    for code in CODES:
        yield Decision("deny", code)
        yield Decision("deny", code, opens_at=OPENING)


def test_a_language_that_fits_stands_third(add_language: Callable[..., None]) -> None:
    add_language("ta", ede__bypass="Illai", ede__opens="Ini {date} {time}", ede__streaming="Illai")
    assert ede_text(Decision("deny", "BYPASS"), DEFAULT, JKDM) == (
        "Penggunaan DNS luar tidak dibenarkan / Other DNS services are not permitted / Illai"
    )
    night = Decision("deny", "WEEKEND_CLOSED", opens_at=at("2026-08-10T00:00"))
    assert ede_text(night, DEFAULT, NO_CITATION) == (
        "Dibenarkan semula 10 Ogos, 12.00 tgh mlm / Permitted from 10 Aug 00:00 / Ini 10 Aug 00:00"
    )


def test_a_language_that_does_not_fit_is_left_out_whole(add_language: Callable[..., None]) -> None:
    before = [ede_text(each, DEFAULT, JKDM) for each in decisions()]
    add_language(
        "ta", **{f"ede__{key}": "x" * 90 for key in ("streaming", "bypass", "bypass_signal", "category")}
    )
    after = [ede_text(each, DEFAULT, JKDM) for each in decisions() if each.reason_code in CODES[3:]]
    assert after == before[6:]


def test_malay_is_always_there(add_language: Callable[..., None], folder: Path) -> None:
    file = folder / "ms.po"
    long = "Tapak ini tidak dibenarkan oleh pentadbir rangkaian " * 2
    file.write_text(file.read_text().replace('"Laman web tidak dibenarkan"', f'"{long.strip()}"'))
    add_language("ta", ede__category="Illai")
    assert ede_texts(Decision("deny", "CATEGORY_DENIED"), DEFAULT, JKDM) == (long.strip(),)


def test_in_a_third_language_every_text_is_looked_up(pseudo: str) -> None:
    say = catalogue(pseudo)
    keys = [each.context for each in read_po(FOLDER / f"{ENGLISH}.po") if each.context.startswith("ede.")]
    assert len(keys) == 8
    for key in keys:
        text = say(key, date="", time="")
        assert text[0] == OPEN and text[-1] == CLOSE and unmarked(text) == ""
    assert languages()[-1] == pseudo
    for each in decisions():
        text = ede_text(each, DEFAULT, JKDM)
        assert len(text.encode()) <= EDE_BYTES
        assert text.split(" / ")[0].isascii() and "{" not in text


def test_the_structured_error_is_malay(pseudo: str) -> None:
    whole, _, _ = StructuredErrors(15).texts(Decision("deny", "BYPASS"), DEFAULT, JKDM)
    assert '"j":"Penggunaan DNS luar tidak dibenarkan"' in whole and '"l":"ms"' in whole


def test_a_question_reads_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has read the catalogues before it answers."""
    catalogues.load()

    def read(path: Path) -> None:
        raise AssertionError(f"{path} is read on a question")

    monkeypatch.setattr(catalogues, "read_what_can_be_read", read)
    monkeypatch.setattr(catalogues, "FOLDER", Path("/nowhere"))
    assert all(ede_text(each, DEFAULT, JKDM) for each in decisions())
