"""Catalogues are read as gettext's own tools read them; what cannot be read is told with its line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po as babel_read
from babel.messages.pofile import write_po
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.i18n import po_file
from sm_dns.i18n.catalogue import FOLDER, languages
from sm_dns.i18n.po_file import Entry, read_po, read_what_can_be_read
from sm_dns.util.errors import BadInput

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEY = st.text("abc._0 ñ", min_size=1, max_size=12).filter(str.strip)


def written(text: str, folder: Path) -> Path:
    path = folder / "xx.po"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", languages())
def test_babel_reads_the_same(language: str) -> None:
    path = FOLDER / f"{language}.po"
    with path.open("rb") as file:
        theirs = babel_read(file, locale=None)
    found = {
        (str(each.context or ""), str(each.id)): (str(each.string), each.fuzzy) for each in theirs if each.id
    }
    assert {(each.context, each.source): (each.text, each.fuzzy) for each in read_po(path)} == found
    assert len(found) > 1000


@given(
    st.dictionaries(
        st.tuples(st.one_of(st.none(), KEY), TEXT.filter(bool)), st.tuples(TEXT, st.booleans()), max_size=8
    ),
    st.sampled_from([0, 20, 76]),
)
def test_what_babel_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    entries: dict[tuple[str | None, str], tuple[str, bool]],
    width: int,
) -> None:
    made = Catalog(charset="utf-8", fuzzy=False)
    for (context, source), (text, fuzzy) in entries.items():
        made.add(source, text, context=context, flags=("fuzzy",) if fuzzy else (), user_comments=["a note"])
    buffer = io.BytesIO()
    write_po(buffer, made, width=width)
    path = tmp_path_factory.mktemp("po") / "xx.po"
    path.write_bytes(buffer.getvalue())
    found = {(each.context, each.source): (each.text, each.fuzzy) for each in read_po(path)}
    assert found == {(context or "", source): said for (context, source), said in entries.items()}


def test_an_entry_knows_its_line_and_its_parts(tmp_path: Path) -> None:
    path = written(
        'msgid ""\nmsgstr "Language: xx\\n"\n\n#. a note\n#, fuzzy\nmsgctxt "a.b"\nmsgid "one "\n"\\"two\\""\n'
        'msgstr ""\n"satu\\t"\n"dua\\\\\\n"\n\n#~ msgid "gone"\n\nmsgid "x"\nmsgstr "y"\n',
        tmp_path,
    )
    assert read_po(path) == [
        Entry("a.b", 'one "two"', "satu\tdua\\\n", 6, True, 9),
        Entry("", "x", "y", 15, False, 16),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 4, "'a' stands here a second time"),
        ('msgid "a"\nmsgstr "b\n', 2, "is no line of a catalogue: 'msgstr \"b'"),
        ('msgid "a"\nmsgstr b\n', 2, "is no line of a catalogue: 'msgstr b'"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"\n', 2, "is no line of a catalogue"),
        ('msgstr "c"\n', 1, "is no line of a catalogue"),
        ('"c"\n', 1, "is no line of a catalogue"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', 2, "is no line of a catalogue: 'msgid_plural"),
        ('# note\nmsgctxt "k"\nmsgid "a"\n', 2, "the last entry has no msgstr"),
        ('msgid "a"\nmsgctxt "k"\nmsgstr "b"\n', 2, "is no line of a catalogue"),
        ('msgid "a"\nmsgstr "b"\nsomething\n', 3, "is no line of a catalogue: 'something'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = written(text, tmp_path)
    with pytest.raises(BadInput) as caught:
        read_po(path)
    assert str(caught.value).startswith(f"{path}:{line}: {reason}")


def test_a_file_that_is_no_text_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "xx.po"
    with pytest.raises(BadInput, match=r"xx\.po"):
        read_po(path)
    path.write_bytes(b'msgid "\xff"\n')
    with pytest.raises(BadInput, match=r"xx\.po"):
        read_po(path)
    monkeypatch.setattr(po_file, "MAX_OCTETS", 4)
    path.write_text('msgid "a"\nmsgstr "b"\n')
    with pytest.raises(BadInput, match="larger"):
        read_po(path)


def test_a_slip_takes_its_own_entry_alone(tmp_path: Path) -> None:
    path = written(
        'msgid ""\nmsgstr "Language: xx\\n"\n\nmsgid "a"\nmsgstr "satu"\n\nmsgid "b\nmsgstr "dua"\n\n'
        'msgid "c"\nmsgstr "tiga"\n',
        tmp_path,
    )
    found = read_what_can_be_read(path)
    assert (found.language, [each.text for each in found.entries]) == ("xx", ["satu", "tiga"])
    assert [str(each) for each in found.wrong] == [f"{path}:7: is no line of a catalogue: 'msgid \"b'"]
    assert read_what_can_be_read(tmp_path / "none.po").entries == ()
