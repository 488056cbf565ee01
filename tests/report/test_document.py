"""A document knows no format, and a format knows no report: the seam between the two, held."""

from __future__ import annotations

from pathlib import Path

import sm_dns.report
from tests.test_rooms import imported_modules

ROOM = Path(sm_dns.report.__file__).parent


def test_what_reports_say_knows_no_format() -> None:
    for source in (ROOM / "kinds").glob("*.py"):
        assert not [name for name in imported_modules(source) if name.startswith("sm_dns.report.formats")], (
            source
        )


def test_formats_know_no_report_but_json_which_is_made_of_the_figures() -> None:
    for source in (ROOM / "formats").glob("*.py"):
        kinds = {name for name in imported_modules(source) if name.startswith("sm_dns.report.kinds")}
        assert kinds <= ({"sm_dns.report.kinds.common"} if source.stem == "json_form" else set()), source
