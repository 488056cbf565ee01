from __future__ import annotations

from tests.report.conftest import make_context


def test_a_service_has_the_name_that_people_know_or_its_id() -> None:
    context = make_context()
    assert (context.service("facebook"), context.service("gone")) == ("Facebook", "gone")
