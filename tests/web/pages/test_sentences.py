"""What the service says is said in both languages, whatever stands in it."""

from __future__ import annotations

import errno
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.agency.profile import shipped
from sm_dns.web.pages.sentences import parts_of, said, table, values
from tests.support.spoken import every_text, modules, sentences

JKDM, UMP = (shipped(name).words for name in ("jkdm", "ump"))

# Said on the command line, or by a process to its parent, and on no page.
ELSEWHERE = (
    "cli",
    "settings/location",
    "state/person_requests",
    "diagnose/probe",
    "reporting/delivery",
    "state/report_months",
    "report/request",
    "cli/service_user",
    "builder/start_plan",
    "control/processes/worker_process",
    "ipc/messages",
    "monitor/store/backup",
    "monitor/store/coverage",
    "monitor/store/retention",
    "monitor/store/retirement",
    "monitor/store/rows",
    "report/formats",
)


def test_every_sentence_of_the_service_is_there_in_malay() -> None:
    known = table("ms")
    spoken = {(str(place), text) for place, tree in modules(*ELSEWHERE) for text in sentences(tree)}
    assert sorted(each for each in spoken if each[1] not in known) == []
    assert len(spoken) > 200


def test_no_sentence_is_there_that_nobody_says() -> None:
    texts = {text.removeprefix("; ") for _, tree in modules() for text in every_text(tree)}
    texts = {re.sub(r"{\w+}", "{}", text) for text in texts}
    system = {os.strerror(number) for number in errno.errorcode}
    assert [each for each in table("ms") | table("en") if each not in texts | system] == []


@pytest.mark.parametrize("language", ["ms", "en"])
def test_what_is_filled_in_stands_in_both(language: str) -> None:
    for pattern, other in table(language).items():
        places = len(parts_of(pattern)) - 1
        JKDM.put_into(other, language).format(*("x" for _ in range(places)))
        assert other.strip() and other.strip() == other


@pytest.mark.parametrize(
    ("english", "malay"),
    [
        ("there is no user 'a'", "pengguna 'a' tidak wujud"),
        ("/etc/x.yaml:7: groups[0].mode: is missing", "/etc/x.yaml:7: groups[0].mode: tidak diisi"),
        (
            "written, but the service keeps its old policy: x.cal:3: "
            "removed 2026-01-01: no holiday line above has this date",
            "telah ditulis, tetapi perkhidmatan masih menggunakan dasar lama: x.cal:3: "
            "removed 2026-01-01: tiada baris holiday di atas dengan tarikh ini",
        ),
        ("at: expected a list, got 3", "at: nilai mestilah senarai; nilai yang diberikan ialah 3"),
        (
            "monitoring: staff map: x.csv: cannot be read: Permission denied; nobody is known by it",
            "pemantauan: fail padanan staf: x.csv: tidak dapat dibaca: tiada kebenaran capaian; "
            "tiada staf dapat dipadankan",
        ),
    ],
)
def test_sentences_within_sentences(english: str, malay: str) -> None:
    assert said("ms", english, JKDM) == malay
    assert said("en", english, JKDM) == english


def test_a_page_says_in_usual_words_what_the_log_says_tersely() -> None:
    terse = "the clock jumped: step of +3.0 s"
    assert said("ms", terse, JKDM) == "jam sistem berubah secara mendadak: langkah sebanyak +3.0 s"
    assert said("en", terse, JKDM) == "the system clock changed suddenly: step of +3.0 s"


def test_a_page_does_not_speak_of_the_options_of_commands() -> None:
    assert said("en", "--for: 'x' is not a length of time: write for example 30m, 24h or 7d", JKDM) == (
        "length: 'x' is not a length of time: write for example 30m, 24h or 7d"
    )


@pytest.mark.parametrize(
    "text", ["", "a new sentence", ": ", "; ", "x" * 5000, "there is no user " + "x" * 5000]
)
def test_what_is_not_known_is_not_guessed(text: str) -> None:
    assert said("ms", text, JKDM) is None
    assert said("en", text, JKDM) == text


@given(st.lists(st.text("ab: ", max_size=6), max_size=5))
def test_what_was_filled_in_is_found_again(filled: list[str]) -> None:
    parts = tuple(f"<{number}>" for number in range(len(filled) + 1))
    text = parts[0] + "".join(value + part for value, part in zip(filled, parts[1:], strict=True))
    assert values(parts, text) == filled
    assert values(parts, text + "!") is None


@given(st.text("{}a: ;", max_size=200))
def test_any_text_is_an_answer(text: str) -> None:
    assert said("en", text, JKDM) is not None
    said("ms", text, JKDM)


def test_a_sentence_has_the_words_of_the_agency() -> None:
    terse = "a head has a department, and nobody else has one"
    assert said("ms", terse, UMP) == (
        "jabatan mesti dinyatakan bagi ketua jabatan dan dikosongkan bagi peranan lain"
    )
    assert said("en", terse, UMP) == "a head of department needs a department; leave it empty for other roles"
    assert said("en", terse, JKDM) == "a head of division needs a division; leave it empty for other roles"
