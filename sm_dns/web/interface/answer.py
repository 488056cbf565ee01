"""What answers are: frozen dataclasses, of which their JSON and its schemas are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated, Any, get_type_hints

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DataclassSchema, WithDefaultSchema

from sm_dns.policy.categories import ACTIONS
from sm_dns.policy.groups import MODES
from sm_dns.util.schema_notes import Schema, one_of, says
from sm_dns.web.auth.accounts import ROLES, TOKEN_ROLES

Work = Callable[..., object]
"""A function whose return annotation is what it answers: a frozen dataclass, or one of several."""


def called(name: str) -> Any:
    """What JSON calls a field whose name is a word of Python's."""
    return Field(alias=name)


Decimal = Annotated[str, says("a decimal number as it was rounded")]
Mode = Annotated[str, one_of(*MODES)]
Role = Annotated[str, one_of(*ROLES)]
TokenRole = Annotated[str, one_of(*TOKEN_ROLES)]
CategoryAction = Annotated[str, one_of(*ACTIONS)]


def to_json(work: Work, answer: object) -> bytes:
    """The JSON of what `work` answered."""
    return _form(work).dump_json(answer, by_alias=True)


def schemas(works: Iterable[Work], template: str) -> tuple[dict[Work, Schema], Schema]:
    """The schema of what each answers, and by name those that they refer to.

    template: of a reference, such as "#/{model}".
    """
    forms = [(work, "serialization", _form(work)) for work in works]
    found, shared = TypeAdapter.json_schemas(forms, ref_template=template, schema_generator=_Closed)  # type: ignore[arg-type]
    return {work: schema for (work, _), schema in found.items()}, shared["$defs"]


def _form(work: Work) -> TypeAdapter[Any]:
    return _adapter(get_type_hints(work, include_extras=True)["return"])


@cache
def _adapter(form: Any) -> TypeAdapter[Any]:
    return TypeAdapter(form)


class _Closed(GenerateJsonSchema):
    """An answer has all fields of its dataclass and no others. What a field is called says enough for a title."""

    def dataclass_schema(self, schema: DataclassSchema) -> JsonSchemaValue:
        return {**super().dataclass_schema(schema), "additionalProperties": False}

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def default_schema(self, schema: WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
