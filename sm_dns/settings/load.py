"""Reading a configuration file, the only way to `Settings`: each key by itself, then what must fit together."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from sm_dns.policy.schedule import Schedule, ScheduleDocument
from sm_dns.settings import yaml_source
from sm_dns.settings.blocks.fleet import POLICY_KEYS
from sm_dns.settings.cross_checks import contradictions
from sm_dns.settings.error_messages import first_problem
from sm_dns.settings.settings import Settings
from sm_dns.settings.yaml_source import Source
from sm_dns.state.fleet.role import policy_file
from sm_dns.state.place import default_state_dir
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there


def load_settings(path: Path) -> Settings:
    """Read and check a configuration file. Raises `BadInput` with file, line and a reason in plain words."""
    source = yaml_source.load(path.absolute())
    if not isinstance(source.value, dict):
        raise BadInput("is not a configuration: it must have the keys listen, schedules, ...", file=path)
    source = _with_policy_of_fleet(source)
    document = _defaults(source.file) | source.value
    try:
        settings = Settings.model_validate_json(json.dumps(document), context={"source": source})
    except ValidationError as error:
        key, reason = first_problem(error, Settings, source)
        file, line = source.place(key)
        raise BadInput(reason, file=file, line=line) from error
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


def _with_policy_of_fleet(source: Source) -> Source:
    """A configuration with the policy that its server has from a primary, where it is or was a node."""
    fleet = source.value.get("fleet")
    state_dir = source.value.get("state_dir", default_state_dir(source.file))
    if not (isinstance(fleet, dict) and fleet.get("role") and isinstance(state_dir, str)):
        return source
    file = policy_file((source.file.parent / state_dir).resolve())
    if not is_there(file):
        return source
    over = yaml_source.load(file)
    if not isinstance(over.value, dict):
        raise BadInput("is not the policy of a fleet", file=file)
    return source.under(over, POLICY_KEYS)


def _defaults(file: Path) -> dict[str, str | Path]:
    return {"zones_dir": "zones", "calendar_dir": "calendar", "state_dir": default_state_dir(file)}
