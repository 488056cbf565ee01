from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from sm_dns.monitor.store.store import Store
from sm_dns.report.request import Form, Kind, Request
from sm_dns.reporting import make
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from tests.conftest import require_pdf
from tests.support import ump
from tests.support.rows import KEY

SIGNS: dict[Form, bytes] = {
    "text": b"Universiti", "json": b"{", "csv": b'\xef\xbb\xbf"', "html": b"<!DOCTYPE html>", "pdf": b"%PDF-1.7"
}  # fmt: skip
NOW = ump.at(40, 0)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("office")
    file = folder / "sm-dns.yaml"
    file.write_text(
        "schedules: {default: {}}\n"
        "monitoring: {store: usage.db, base: 1500, departments: [{name: works, base: 70}]}\n"
        "notice: {agency: {ms: Universiti}}\n"
    )
    store = Store(folder / "usage.db")
    store.add(ump.rows(), KEY)
    store.close()
    return load_settings(file)


def request(kind: Kind, **more: object) -> Request:
    given: dict[str, object] = {"services": ("facebook",), "band": (8, 9), **more}
    return Request(kind, ump.FIRST, ump.LAST, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_made_in_every_format(settings: Settings, kind: Kind) -> None:
    made = make.report(settings, request(kind), "ms", NOW)
    assert made.object["report"] == kind
    for form in set(get_args(Form)) - {"pdf"}:
        assert make.render(made, form).startswith(SIGNS[form]), form
    require_pdf()
    assert make.render(made, "pdf").startswith(SIGNS["pdf"])


def test_the_base_is_the_configured_one_unless_another_is_given(settings: Settings) -> None:
    decisions = ("permitted",)

    def percent(base: int | None) -> object:
        wanted = request("usage", base=base, decisions=decisions)
        return json.loads(make.make(settings, wanted, "json", "en", NOW))["percent"]

    assert (percent(None), percent(1310), percent(0)) == ("87.33", "100.00", None)


def test_a_department_has_its_own_base(settings: Settings) -> None:
    wanted = request("department", departments=("works",))
    made = json.loads(make.make(settings, wanted, "json", "ms", NOW))
    assert [each["base"] for each in made["departments"]] == [70]


def test_services_are_asked_for_by_id_or_name(settings: Settings) -> None:
    for word in ("facebook", "Facebook", "FACEBOOK"):
        made = json.loads(make.make(settings, request("usage", services=(word,)), "json", "ms", NOW))
        assert made["selection"]["services"] == ["facebook"]
    with pytest.raises(BadInput, match="no service 'gopher'"):
        make.report(settings, request("usage", services=("gopher",)), "ms", NOW)


def test_a_range_without_anything_is_reported_as_unwatched(settings: Settings) -> None:
    empty = Request("usage", date(2009, 1, 1), date(2009, 1, 2))
    made = make.report(settings, empty, "ms", NOW)
    told = json.loads(make.render(made, "json"))
    assert (told["count"], told["coverage"]["watched_hours"]) == (None, "0.00")
    assert told["data"] is False and "tiada data" in make.render(made, "text").decode()
    assert "angka sifar TIDAK bermaksud" in make.render(made, "text").decode()


def test_a_period_that_is_still_to_come_is_refused(settings: Settings) -> None:
    with pytest.raises(BadInput, match="begins on 2010-01-03, which is still to come"):
        make.report(settings, request("usage"), "ms", ump.at(0, 0) - 1)
    assert make.report(settings, request("usage"), "ms", ump.at(0, 0))
