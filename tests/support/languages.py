"""Further languages beside those that ship, for one test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sm_dns.i18n import catalogue
from sm_dns.i18n.po_file import read_po
from sm_dns.policy.denials import denial_text
from tests.catalogues.pseudo import LANGUAGE, write_pseudo

SHIPPED = catalogue.languages()
ALL = (*SHIPPED, LANGUAGE)
_KEPT = (
    catalogue.languages,
    catalogue.catalogue,
    catalogue.worded,
    catalogue._texts,
    catalogue.read,
    denial_text._fixed,
    denial_text._opening,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with copies of the catalogues that ship, which are read from there."""
    copy = tmp_path / "catalogues"
    shutil.copytree(catalogue.FOLDER, copy)
    monkeypatch.setattr(catalogue, "FOLDER", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


@pytest.fixture
def pseudo(folder: Path) -> str:
    """The code of the language that the tests make, complete, as the third one."""
    write_pseudo(folder)
    forget()
    return LANGUAGE


@pytest.fixture
def add_language(folder: Path) -> Callable[..., None]:
    """Add a catalogue with a few texts, given as key and text; the others are English."""

    def add(language: str, **texts: str) -> None:
        english = {entry.context: entry.source for entry in read_po(folder / "en.po")}
        lines = ['msgid ""', f'msgstr "Language: {language}\\n"', ""]
        texts = {"language__name": f"({language})", **texts}
        for name, text in texts.items():
            key = name.replace("__", ".")
            lines += [f'msgctxt "{key}"', f'msgid "{english[key]}"', f'msgstr "{text}"', ""]
        (folder / f"{language}.po").write_text("\n".join(lines))
        forget()

    return add


def forget() -> None:
    """Read the catalogues again when they are asked for."""
    for kept in _KEPT:
        kept.cache_clear()
