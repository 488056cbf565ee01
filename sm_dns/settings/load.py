"""Reading a configuration file, the only way to `Settings`: each key by itself, then what must fit together."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from sm_dns.policy.schedule import Schedule, ScheduleDocument
from sm_dns.settings import yaml_source
from sm_dns.settings.cross_checks import contradictions
from sm_dns.settings.error_messages import first_problem
from sm_dns.settings.settings import Settings
from sm_dns.state.place import default_state_dir
from sm_dns.util.errors import BadInput


def load_settings(path: Path) -> Settings:
    """Read and check a configuration file. Raises `BadInput` with file, line and a reason in plain words."""
    source = yaml_source.load(path.absolute())
    if not isinstance(source.value, dict):
        raise BadInput("is not a configuration: it must have the keys listen, schedules, ...", file=path)
    document = _defaults(source.file) | source.value
    try:
        settings = Settings.model_validate_json(json.dumps(document), context={"source": source})
    except ValidationError as error:
        key, reason = first_problem(error, Settings, source)
        raise BadInput(reason, file=source.file, line=source.line(key)) from error
    for key, reason in contradictions(settings):
        raise settings.bad(reason, *key)
    for name, schedule in settings.schedules.items():
        check_schedule(settings, name, schedule)
    return settings


def check_schedule(settings: Settings, name: str, document: ScheduleDocument) -> Schedule:
    """The schedule of a JSON form. Raises `BadInput` that names the key, and its line in the configuration."""
    try:
        return Schedule.from_json(document, f"schedules.{name}")
    except BadInput as error:
        raise settings.bad_path(error.reason) from error


def _defaults(file: Path) -> dict[str, str | Path]:
    return {"zones_dir": "zones", "calendar_dir": "calendar", "state_dir": default_state_dir(file)}
