from __future__ import annotations

import ast
from dataclasses import fields

from sm_dns.serve.worker_settings import WorkerSettings
from tests.mutants.mutants import mutants
from tests.support.processes import REPOSITORY

PACKAGE = REPOSITORY / "sm_dns"


def test_every_mutant_is_python_and_another_one() -> None:
    made = list(mutants(PACKAGE))
    for mutant in made:
        ast.parse(mutant.text)
        assert mutant.text != (PACKAGE / mutant.file).read_text(), mutant.name
    assert len({mutant.name for mutant in made}) == len(made)


def test_every_setting_is_left_out_once_where_it_is_built() -> None:
    names = {mutant.name for mutant in mutants(PACKAGE)}
    assert {f"built: {each.name}" for each in fields(WorkerSettings)} <= names
