from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.report.document import Table
from sm_dns.report.sanitize import clean, narrow, two_lines


@given(st.text())
def test_what_is_clean_prints(text: str) -> None:
    assert clean(text).isprintable()
    assert len(clean(text)) == len(text)


@given(st.text(), st.integers(4, 40))
def test_a_name_takes_two_lines_at_most(text: str, width: int) -> None:
    lines = two_lines(text, width)
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= width for line in lines)


@given(st.integers(1, 40), st.integers(2, 9))
def test_a_wide_table_becomes_several_that_hold_all_of_it(columns: int, most: int) -> None:
    titles = tuple(f"c{at}" for at in range(columns))
    row = tuple(str(at) for at in range(columns))
    parts = narrow(Table(titles, (row,), frozenset(range(1, columns))), most)
    assert all(len(part.columns) <= most and part.columns[0] == "c0" for part in parts)
    assert [title for part in parts for title in part.columns[1:]] == list(titles[1:])
    assert [cell for part in parts for cell in part.rows[0][1:]] == list(row[1:])
    assert all(part.numbers == set(range(1, len(part.columns))) for part in parts)


def test_an_empty_table_stays_whole() -> None:
    table = Table(tuple("abcdef"), (), empty="nothing")
    assert narrow(table, 3) == [table]
