from __future__ import annotations

from sm_dns.lists.formats.left_out import MAX_KEPT, LeftOut, Problem
from sm_dns.util.message import Message

WHY = Message("why")


def test_every_line_is_counted_and_the_first_are_kept() -> None:
    left_out = LeftOut()
    for number in range(MAX_KEPT + 5):
        left_out.add(Problem(number, WHY, "beyond-dns"))
    left_out.add(Problem(0, WHY))
    left_out.add(Problem(0, WHY, "stays-open"))
    assert (left_out.beyond_dns, left_out.unusable, left_out.stays_open) == (MAX_KEPT + 5, 1, 1)
    assert (len(left_out.lines), left_out.total) == (MAX_KEPT, MAX_KEPT + 7)


def test_an_unusable_line_says_best_why_a_list_is_refused() -> None:
    left_out = LeftOut()
    assert left_out.first() is None
    left_out.add(Problem(1, Message("known"), "beyond-dns"))
    assert left_out.first() == Problem(1, Message("known"), "beyond-dns")
    left_out.add(Problem(7, Message("bad")))
    assert left_out.first() == Problem(7, Message("bad"))
