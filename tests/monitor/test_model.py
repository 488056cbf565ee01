from __future__ import annotations

import dataclasses
import inspect

from sm_dns.monitor import model


def test_every_report_is_a_sealed_value() -> None:
    classes = [each for _, each in inspect.getmembers(model, dataclasses.is_dataclass)]
    assert len(classes) > 10
    for each in classes:
        assert "__hash__" in vars(each), each  # what `frozen` gives
        assert each.__doc__, each


def test_nothing_in_a_report_can_hold_a_person() -> None:
    for _, each in inspect.getmembers(model, dataclasses.is_dataclass):
        names = {field.name for field in dataclasses.fields(each)}
        assert not names & {"pseudonym", "client", "address", "person", "subject"}, each
