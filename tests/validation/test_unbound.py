"""The real unbound, started with what the program writes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.endpoint import parse_upstream
from sm_dns.util.errors import BadInput
from sm_dns.validation import unbound_config, unbound_control
from sm_dns.validation.three_names import ThreeNames, ask_three_names
from sm_dns.validation.unbound_config import UnboundSettings
from tests.conftest import require
from tests.support.dig import dig
from tests.support.own_unbound import BOGUS, SIGNED, UNSIGNED, OwnUnbound
from tests.support.unbound import HOST

# Of the root, from its key of 2017.
ANCHOR = ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
NAMES = ThreeNames(SIGNED, UNSIGNED, BOGUS)


def asked(unbound: OwnUnbound, name: str, *options: str) -> tuple[str, bool, list[str]]:
    """The status, whether AD is there, and the data."""
    told = dig(HOST, unbound.port, name, "A", "+adflag", *options)
    return told.status, "ad" in told.flags, told.data


@pytest.mark.parametrize(
    "forwarders",
    [
        (),
        ("192.0.2.1",),
        ("127.0.0.1:5300", "[2001:db8::1]:53"),
        ("tls://dns.example@192.0.2.1", "tls://x.example@[2001:db8::1]"),
    ],
)
def test_unbound_takes_whatever_is_written(tmp_path: Path, forwarders: tuple[str, ...]) -> None:
    require("unbound-checkconf")
    wanted = UnboundSettings(53_535, tuple(map(parse_upstream, forwarders)), 4)
    path = unbound_config.write(tmp_path, wanted)
    # The folders of the unit are not there: everything else is looked at.
    text = path.read_text().replace("/var/lib/unbound/", f"{tmp_path}/")
    path.write_text(text)
    (tmp_path / "root.key").write_text(ANCHOR)
    (tmp_path / "run").mkdir()
    done = subprocess.run(["unbound-checkconf", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_is_written_for_others_to_read_and_only_where_it_changes(tmp_path: Path) -> None:
    wanted = UnboundSettings(53_535, (), 64)
    path = unbound_config.write(tmp_path, wanted)
    first = path.stat()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o644, 0o755)
    assert unbound_config.write(tmp_path, wanted).stat().st_ino == first.st_ino
    other = UnboundSettings(53_536, (), 64)
    assert unbound_config.write(tmp_path, other).stat().st_ino != first.st_ino


def test_it_checks_what_is_signed_and_passes_what_is_not(unbound: OwnUnbound) -> None:
    assert asked(unbound, SIGNED) == ("NOERROR", True, ["198.51.100.8"])
    assert asked(unbound, UNSIGNED) == ("NOERROR", False, ["198.51.100.5"])
    assert asked(unbound, BOGUS) == ("SERVFAIL", False, [])
    assert asked(unbound, BOGUS, "+cdflag") == ("NOERROR", False, ["198.51.100.66"])


def test_it_answers_loopback_alone_and_tells_nobody_who_it_is(unbound: OwnUnbound) -> None:
    told = dig(HOST, unbound.port, "version.bind", "TXT", "-c", "CH")
    assert told.status == "REFUSED"
    listening = subprocess.run(["ss", "-Hlnptu"], capture_output=True, text=True, check=False).stdout
    mine = [line.split()[4] for line in listening.splitlines() if '"unbound"' in line]
    assert {one for one in mine if one.endswith(f":{unbound.port}")} == {f"{HOST}:{unbound.port}"}
    assert not any(one.endswith(":8953") for one in mine)  # no remote control over TCP


def test_no_question_is_written_down(unbound: OwnUnbound) -> None:
    for name in (SIGNED, UNSIGNED, BOGUS):
        asked(unbound, name)
    assert not re.search(r"signed\.com|agency\.com|bogus\.com", unbound.log)


def test_the_three_names_tell_who_validates_and_who_only_says_so(unbound: OwnUnbound) -> None:
    found = ask_three_names(UpstreamAddress(HOST, unbound.port, validates=True), NAMES)
    assert found.is_validated and not list(found.findings())
    (behind,) = unbound.settings.forwarders  # it has signatures and checks none
    unchecked = ask_three_names(behind, NAMES)
    assert (unchecked.signed, unchecked.unsigned, unchecked.bogus) == (
        "otherwise",
        "as expected",
        "otherwise",
    )
    assert [each.level for each in unchecked.findings()] == ["error", "warning"]
    turned = ask_three_names(UpstreamAddress(HOST, unbound.port), ThreeNames(UNSIGNED, SIGNED, BOGUS))
    assert (turned.signed, turned.unsigned, turned.bogus) == ("otherwise", "otherwise", "as expected")
    assert [each.level for each in turned.findings()] == ["warning", "warning"]


def test_who_cannot_be_asked_is_not_called_good(unbound: OwnUnbound) -> None:
    found = ask_three_names(UpstreamAddress(HOST, 9), NAMES, 0.1)
    assert (found.signed, found.unsigned, found.bogus) == ("not at all",) * 3
    (one,) = found.findings()
    assert one.level == "warning" and BOGUS in str(one.text)


def test_who_fails_at_every_name_is_not_called_good(unbound: OwnUnbound) -> None:
    """SERVFAIL to all is no sign of validation."""
    found = ask_three_names(UpstreamAddress(HOST, unbound.port), ThreeNames(BOGUS, BOGUS, BOGUS))
    assert (found.signed, found.unsigned, found.bogus) == ("not at all",) * 3


def test_names_are_not_checked_while_it_is_told_so(unbound: OwnUnbound) -> None:
    assert asked(unbound, BOGUS)[0] == "SERVFAIL"
    assert unbound_control.reconcile(unbound.control, {"bogus.com"}) == {"bogus.com"}
    assert asked(unbound, BOGUS) == ("NOERROR", False, ["198.51.100.66"])
    assert unbound_control.insecure(unbound.control) == {"bogus.com"}
    assert unbound_control.reconcile(unbound.control, {"bogus.com"}) == frozenset()
    assert asked(unbound, SIGNED)[1]  # others are checked on
    assert unbound_control.reconcile(unbound.control, set()) == {"bogus.com"}
    assert asked(unbound, BOGUS)[0] == "SERVFAIL"


def test_they_are_put_in_again_after_a_restart_of_its_own(unbound: OwnUnbound) -> None:
    unbound_control.reconcile(unbound.control, {"bogus.com"})
    unbound.stop()
    with pytest.raises(BadInput, match="unbound cannot be told"):
        unbound_control.reconcile(unbound.control, {"bogus.com"})
    unbound.start()
    assert asked(unbound, BOGUS)[0] == "SERVFAIL"
    assert unbound_control.reconcile(unbound.control, {"bogus.com"}) == {"bogus.com"}
    assert asked(unbound, BOGUS)[0] == "NOERROR"
    unbound_control.reconcile(unbound.control, set())


def test_what_it_does_not_know_is_an_error(unbound: OwnUnbound) -> None:
    with pytest.raises(BadInput, match="unbound refuses 'no_such_word'"):
        unbound_control.command(unbound.control, "no_such_word")
