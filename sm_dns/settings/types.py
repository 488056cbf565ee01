"""The kinds of values that the configuration is made of: names, paths, lengths of time, networks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
)

from sm_dns.dns import names
from sm_dns.i18n.catalogue import languages
from sm_dns.settings.endpoint import Endpoint, parse_endpoint, parse_network
from sm_dns.settings.yaml_source import Source
from sm_dns.util import ip_networks, strict_json
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput, Wrong

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def is_name(text: str) -> bool:
    """Whether a text is a `Name`."""
    return _NAME.fullmatch(text) is not None


def _name(text: str) -> str:
    if not is_name(text):
        raise Wrong("{text!r} is not a usable name: letters, digits, '.', '_' and '-', at most 63", text=text)
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise Wrong(
            "{text!r} is not a usable name: lower-case letters, digits and '-', at most 63", text=text
        )
    return text


def _language(text: str) -> str:
    if text not in languages():
        raise Wrong(
            "there is no language {text!r}; there are: {known}", text=text, known=", ".join(languages())
        )
    return text


def _seconds(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _from_file(path: Path, info: ValidationInfo) -> Path:
    return (folder(info) / path).resolve()


def _beside(path: Path, info: ValidationInfo) -> Path:
    # Not resolved: certificates and the like are often renewed by changing where a link leads.
    return folder(info) / path


def folder(info: ValidationInfo) -> Path:
    """The folder of the configuration file, from which relative paths are meant."""
    assert info.context is not None, "load_settings gives the context"
    source: Source = info.context["source"]
    return source.file.parent


def plain_text(value: object) -> str:
    """Text that is to be read as an address. Raises `ValueError` for anything else."""
    if not isinstance(value, str):
        raise Wrong("must be text, such as 127.0.0.1:5335")
    return value


def several(value: object) -> object:
    """One word alone, or a list of them."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _listen(text: object) -> Endpoint:
    return parse_endpoint(plain_text(text))


def _domain(text: str) -> str:
    return names.to_text(names.from_text(text))


def _day(value: object) -> date:
    try:
        return strict_json.day(value, "")
    except BadInput:
        raise Wrong("must be a date such as 2026-01-01") from None


def _each_once(read: Callable[[str], object]) -> BeforeValidator:
    """That no key of a block means what another one means already: one of the two would be lost without a word."""

    def check(block: object) -> object:
        met: dict[object, str] = {}
        for key in block if isinstance(block, dict) else ():
            try:
                meant = read(plain_text(key))
            except (BadInput, ValueError):
                continue  # refused for itself
            if meant in met:
                raise Wrong("{key!r} is {other!r}, which stands there already", key=key, other=met[meant])
            met[meant] = key
        return _with_tuples(block)

    return BeforeValidator(check, Any)


def _with_tuples(block: object) -> object:
    """A block as strict validation takes it from here on, where a list is no tuple any more."""
    if not isinstance(block, dict):
        return block
    return {key: tuple(value) if isinstance(value, list) else value for key, value in block.items()}


def printable(text: str) -> str:
    """Text for one line. Raises `ValueError` for any other."""
    if not text.isprintable():
        raise Wrong("must be one line of printable text")
    return text


OneLine = Annotated[str, Field(max_length=200), AfterValidator(printable)]
Day = Annotated[date, PlainValidator(_day)]
Name = Annotated[str, AfterValidator(_name)]
Id = Annotated[str, AfterValidator(_id)]
Language = Annotated[str, AfterValidator(_language)]
"""One that there is a catalogue of."""
Listen = Annotated[Endpoint, PlainValidator(_listen)]
Network = Annotated[str, AfterValidator(parse_network)]
NETWORKS_ONCE = _each_once(ip_networks.network)
"""For blocks by network: `10.0.0.2`, `10.0.0.2/32` and `::ffff:10.0.0.2` are one."""
Seconds = Annotated[int, BeforeValidator(_seconds), Field(ge=0)]
Domain = Annotated[str, AfterValidator(_domain)]
DOMAINS_ONCE = _each_once(_domain)
"""For blocks by domain: letter case and a dot at the end make no other one."""
ConfigPath = Annotated[Path, AfterValidator(_from_file)]
LinkPath = Annotated[Path, AfterValidator(_beside)]


class Block(BaseModel):
    """A block of keys, read strictly."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")
