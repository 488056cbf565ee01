"""The role for Ansible, without Ansible: its files are what such files are, and setup takes the answers it writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from sm_dns.cli.commands.install import setup
from sm_dns.cli.main import cli
from sm_dns.setup.asking.questions import BY_NAME
from tests.conftest import require
from tests.support.processes import REPOSITORY
from tests.support.setting_up import ANSWERS, FINDINGS

ROLE = REPOSITORY / "contrib" / "ansible" / "roles" / "sm_dns"
WORDS = {"name", "register", "changed_when", "when", "notify", "check_mode"}  # of a task, beside its module
_VARIABLE = re.compile(r"\bsm_dns_\w+")


def read(name: str) -> Any:
    return yaml.safe_load((ROLE / name).read_text())


def test_every_task_has_a_name_and_one_module_by_its_whole_name() -> None:
    for task in (*read("tasks/main.yml"), *read("handlers/main.yml")):
        modules = set(task) - WORDS
        assert task["name"] and len(modules) == 1, task
        assert modules.pop().startswith("ansible.builtin."), task


def test_every_variable_has_a_default_or_is_registered() -> None:
    tasks = read("tasks/main.yml")
    known = {*read("defaults/main.yml"), *(task["register"] for task in tasks if "register" in task)}
    texts = [path.read_text() for path in (ROLE / "tasks/main.yml", ROLE / "templates/answers.yaml.j2")]
    assert {each for text in texts for each in _VARIABLE.findall(text)} == known
    assert set(_VARIABLE.findall((ROLE / "README.md").read_text())) >= set(read("defaults/main.yml"))


def test_a_handler_that_is_notified_exists() -> None:
    names = {each["name"] for each in read("handlers/main.yml")}
    assert {task["notify"] for task in read("tasks/main.yml") if "notify" in task} <= names
    assert "Reload sm-dns" in names


def example() -> dict[str, Any]:
    """The answers that the README shows."""
    shown = (ROLE / "README.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    (play,) = yaml.safe_load(shown)
    answers: dict[str, Any] = play["roles"][0]["vars"]["sm_dns_answers"]
    return answers


def rendered(answers: dict[str, Any]) -> str:
    """What Ansible's template module makes of the template: Jinja with its filter `to_nice_yaml`."""
    jinja2 = pytest.importorskip("jinja2")
    engine = jinja2.Environment(keep_trailing_newline=True)
    engine.filters["to_nice_yaml"] = lambda value, indent: yaml.dump(
        value, indent=indent, allow_unicode=True, default_flow_style=False
    )
    text: str = engine.from_string((ROLE / "templates/answers.yaml.j2").read_text()).render(
        sm_dns_answers=answers
    )
    return text


@pytest.mark.parametrize(
    "answers",
    [
        example(),
        {
            **ANSWERS,
            "listen": ["10.0.0.5", "fd00::5"],
            "domains": {"agency.gov.my": ["10.0.0.2"]},
            "monitoring": False,
        },
        {**ANSWERS, "agency_ms": "yes: no # 1", "contact": "2026-01-01", "dashboard": "off"},
    ],
)
def test_setup_takes_the_answers_that_it_writes(
    answers: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("openssl")
    monkeypatch.setattr(setup, "look_at", lambda host: FINDINGS)
    assert set(answers) <= set(BY_NAME)
    (tmp_path / "etc").mkdir()
    file = tmp_path / "answers.yaml"
    file.write_text(rendered(answers))
    command = next(each for each in read("tasks/main.yml") if each["name"] == "Set the server up")
    argv = [str(file) if "{{" in word else word for word in command["ansible.builtin.command"]["argv"]]
    runs = []
    for _ in range(2):
        done = CliRunner().invoke(cli, [*argv[1:], "--root", str(tmp_path)])
        assert done.exit_code == 0, done.output
        runs.append(json.loads(done.output)["changed"])
    assert runs == [True, False]
