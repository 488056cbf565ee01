from __future__ import annotations

from sm_dns.cli import terminal


def test_control_characters_are_shown_not_obeyed() -> None:
    assert terminal.printable("pejabat ü\x1b[31m\n") == "pejabat ü\\x1b[31m\\n"
