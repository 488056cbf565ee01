from __future__ import annotations

from sm_dns.portal.page import circular


def test_all_paragraphs_of_the_circular_that_bind_users_are_there() -> None:
    """NOT-3."""
    groups = (circular.GUIDANCE, circular.DUTIES, circular.PROHIBITED, circular.LIABILITY)
    wanted = (
        [f"3.{n}" for n in range(1, 4)] + [f"6.{n}" for n in range(1, 6)] + [f"7.{n}" for n in range(1, 8)]
    )
    assert [number for group in groups for number, _ in group] == [*wanted, "8", "9", "10"]
    said = {text for group in groups for _, text in group}
    assert len(said) == 18
