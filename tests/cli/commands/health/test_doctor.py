"""`sm-dns doctor` without a service, and on a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.cli.commands.health import doctor
from sm_dns.doctor.examined import well
from sm_dns.util.message import Message
from tests.cli.conftest import Office


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody outside is asked."""
    monkeypatch.setattr(doctor, "probe", lambda *_: [])
    for name in ("examine_dhcp", "examine_advertisements"):
        monkeypatch.setattr(doctor, name, lambda *_: well("dhcp", Message("")))


def levels(office: Office, *arguments: str) -> dict[str, list[str]]:
    [found] = office.json("doctor", *arguments, exit_code=1)
    assert found["ok"] is False
    return {each["subject"]: [one["level"] for one in each["advice"]] for each in found["examined"]}


def test_what_is_wrong_comes_with_what_to_type(office: Office) -> None:
    out = office.run("doctor", exit_code=1).stdout
    assert "error    service: no server is running" in out and "         > sudo systemctl start sm-dns" in out
    assert "good     disk: " in out
    assert levels(office)["service"] == ["error"]


def test_a_configuration_that_cannot_be_read_is_a_finding(office: Office) -> None:
    office.config.write_text("listen: [nonsense]\n")
    out = office.run("doctor", exit_code=1).stdout
    assert f"error    configuration: {office.config}:1:" in out and f"> sudoedit {office.config}" in out
    assert "clock: " in out


def test_the_bundle_names_nothing_of_the_site(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    office.run("doctor", "--bundle", str(file), exit_code=1)
    text = file.read_text()
    for secret in ("192.0.2.1", "10.9.0.0", "hq", str(office.config)):
        assert json.dumps(secret)[1:-1] not in text, secret
    found = json.loads(text)
    assert found["configuration"]["schedules"]["default"]["timezone"] == "Asia/Kuala_Lumpur"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "arguments", [("--watch", "soon"), ("--client", "pc-17"), ("--client", "10.1.2.3", "--watch", "1s")]
)
def test_what_cannot_be_is_said(office: Office, arguments: tuple[str, ...]) -> None:
    assert office.run("doctor", *arguments, exit_code=2).stderr


def test_nothing_wrong_is_no_failure(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def examinations(*_: object) -> Iterator[object]:
        yield well("clock", Message("the clock is kept"))

    monkeypatch.setattr(doctor, "_examinations", examinations)
    assert office.run("doctor").stdout == "good     clock: the clock is kept\n"
