"""The questions of setup on the dashboard: what is kept, what that would change, and who is asked."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli
from sm_dns.setup.asking.questions import QUESTIONS
from sm_dns.setup.undo_note import NOTHING_DONE, write_note
from sm_dns.web.views.setup import Setup, setup
from tests.support.dashboard import ADDRESS, Dashboard, Visitor
from tests.support.setting_up import ANSWERS

WANTED = {**ANSWERS, "listen": "10.0.0.5, 127.0.0.1", "dashboard": "local", "first_week": "yes"}


def typed(dashboard: Dashboard, **others: str) -> dict[str, str]:
    """What somebody types who takes what is offered, but for what no host tells."""
    offered = {each.name: each.answer for each in told(dashboard).questions}
    return {**offered, **WANTED, **others}


def told(dashboard: Dashboard) -> Setup:
    """What the page shows."""
    return setup(dashboard.desk, None, {})  # type: ignore[arg-type]  # whoever asks, it is the same


def send(visitor: Visitor, **fields: str) -> str:
    """Send the form; the page that comes."""
    done = visitor.browser.post(
        "/do/setup-answer",
        data={**fields, "why": "setup", "csrf": visitor.csrf, "back": "/setup"},
        headers={"Origin": ADDRESS},
    )
    assert done.headers["location"] == "/setup"
    return visitor.browser.get("/setup?lang=en").text


def test_it_asks_what_the_command_asks(dashboard: Dashboard) -> None:
    page = dashboard.login("officer1").browser.get("/setup?lang=en").text
    assert [each.name for each in told(dashboard).questions] == [each.name for each in QUESTIONS]
    for each in QUESTIONS:
        assert f'name="{each.name}"' in page
        assert str(each.text).replace("'", "&#39;") in page
    assert "10.0.0.2 resolves, in 4 ms, and validates DNSSEC" in page  # what was found of the host


def test_it_speaks_malay_throughout(dashboard: Dashboard) -> None:
    page = dashboard.login("officer1").browser.get("/setup?lang=ms").text
    assert "Pada alamat manakah pelayan ini menjawab?" in page
    assert 'lang="en">' not in page.split("<main", 1)[1]


def test_answers_are_kept_and_nothing_is_changed(dashboard: Dashboard) -> None:
    before = dashboard.config.read_text()
    page = send(dashboard.login("officer1"), **typed(dashboard))
    file = dashboard.state / "web/setup-answers.yaml"
    assert f"sudo sm-dns setup --answers {file} --config {dashboard.config}" in page
    assert "+listen: [&#34;10.0.0.5:53&#34;, &#34;127.0.0.1:53&#34;]" in page
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert dashboard.config.read_text() == before
    record = dashboard.desk.audited().records[-1]
    assert (record.action, record.target, record.who) == ("setup answers", str(file), "officer1")
    assert {each.name: each.answer for each in told(dashboard).questions}["agency_ms"] == "Jabatan Contoh"


def test_the_command_carries_out_what_was_kept(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    from sm_dns.cli.commands.install import setup as command
    from tests.support.setting_up import FINDINGS

    monkeypatch.setattr(command, "look_at", lambda host: FINDINGS)
    page = send(dashboard.login("officer1"), **typed(dashboard, listen="127.0.0.1:5335"))
    words = page.split('<code class="long">sudo sm-dns ', 1)[1].split("</code>", 1)[0].split()
    done = CliRunner().invoke(cli, [*words, "--yes"], env={"LANG": "C.UTF-8"})
    assert done.exit_code == 0, done.output
    assert "Jabatan Contoh" in dashboard.config.read_text()
    outcome = told(dashboard).outcome
    assert outcome is not None and outcome.is_done and not outcome.changes


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("agency_ms", "", "must not be empty"),
        ("listen", "10.9.9.9", "this host has no address 10.9.9.9"),
        ("state", "Kedahh", "did you mean &#39;Kedah&#39;?"),
        ("upstreams", "10.0.0.5", "is this resolver itself"),
        ("monitoring", "maybe", "is neither yes nor no"),
        ("weekend", "MON TUE WED THU FRI SAT SUN", "a week needs a working day"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field_and_the_rest_stays(
    dashboard: Dashboard, field: str, text: str, said: str
) -> None:
    page = send(dashboard.login("officer1"), **typed(dashboard, contact="ICT, ext. 7", **{field: text}))
    assert said in page.split(f'name="{field}"', 1)[1].split("</label>", 1)[0]
    assert 'value="ICT, ext. 7"' in page
    assert not (dashboard.state / "web/setup-answers.yaml").exists()


def test_answers_that_do_not_do_any_more_are_told_and_asked_anew(dashboard: Dashboard) -> None:
    send(dashboard.login("officer1"), **typed(dashboard))
    file = dashboard.state / "web/setup-answers.yaml"
    file.write_text(file.read_text().replace("10.0.0.5", "10.9.9.9"))
    found = told(dashboard)
    assert found.outcome is None and "has no address 10.9.9.9" in str(found.problem)


def test_an_answer_that_does_not_do_any_more_takes_no_other_with_it(dashboard: Dashboard) -> None:
    send(dashboard.login("officer1"), **typed(dashboard, state="Kedah", weekend="FRI SAT"))
    file = dashboard.state / "web/setup-answers.yaml"
    file.write_text(file.read_text().replace("10.0.0.5", "10.9.9.9") + "agency_fr: x\n")
    page = dashboard.login("officer1").browser.get("/setup?lang=en").text
    for kept in ("Jabatan Contoh", "ICT, ext. 100", "KDH", "FRI, SAT"):
        assert f'value="{kept}"' in page
    assert "10.9.9.9" not in page.split('name="listen"', 1)[1].split(">", 1)[0]


def test_who_comes_first_is_led_there_until_somebody_has_answered(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    assert 'href="/setup"' in visitor.browser.get("/").text
    assert 'href="/setup"' not in dashboard.login("officer2").browser.get("/").text
    write_note(dashboard.state, NOTHING_DONE)
    assert 'href="/setup"' not in visitor.browser.get("/").text


def test_who_answers_at_the_office_already_is_not_led_there(dashboard: Dashboard) -> None:
    answering(dashboard.config)
    assert 'href="/setup"' not in dashboard.login("officer1").browser.get("/").text


def answering(config: Path) -> None:
    """Have a configuration name an address of the office."""
    config.write_text(config.read_text().replace("127.0.0.1:5335", "10.0.0.5:53"))
