"""The document of the interface (OpenAPI 3.1), made from the tables that serve it: it cannot say anything else."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sm_dns
from sm_dns.util.schema_notes import Schema
from sm_dns.util.strict_json import Json
from sm_dns.web.auth.roles import EVERYBODY
from sm_dns.web.interface.answer import schemas
from sm_dns.web.interface.endpoint import Action, View
from sm_dns.web.interface.request_fields import MAX_NAMES, MAX_NUMBER, MAX_TABLE, MAX_TEXT, Field

PREFIX = "/api/v1"

ERRORS = {
    "400": "what was asked cannot be; the error says why",
    "401": "nobody is known by that token or session",
    "403": "the role has no right, or the Origin or the token of the form is missing",
    "405": "the path is there, and that cannot be done with it",
    "408": "the body took too long to come",
    "413": "the body is too large",
    "414": "the query of the address is too long",
    "415": "the body is not application/json",
    "421": "the Host is none of this server",
    "429": "too many tries",
    "500": "a mistake of the dashboard, which its log tells",
    "503": "too much to do just now; or a disk that takes nothing, so that nothing is done or shown",
}
_HEADERS = {
    "401": ("WWW-Authenticate", "Bearer"),
    "405": ("Allow", "what can be done with the path"),
    "429": ("Retry-After", "seconds"),
    "503": ("Retry-After", "seconds; not for a disk that takes nothing"),
}
_ERROR: Schema = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def document(views: Iterable[View], actions: Iterable[Action]) -> Schema:
    """The whole document."""
    read, done = tuple(views), tuple(actions)
    answers, shared = schemas(
        [*(view.read for view in read), *(action.do for action in done)], "#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Schema]] = {}
    for view in read:
        paths.setdefault(f"{PREFIX}/{view.path}", {})["get"] = _view(view, answers[view.read])
    for action in done:
        way = action.method.lower()
        paths.setdefault(f"{PREFIX}/{action.path}", {})[way] = _action(action, answers[action.do])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sm-dns",
            "version": sm_dns.__version__,
            "description": "Everything the dashboard shows and does. Errors are objects with `error`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "smdns"},
            },
            "schemas": {**shared, "Error": _ERROR},
            "responses": {code: _error(code) for code in ERRORS},
        },
    }


def path_fields(path: str) -> list[str]:
    """The fields that stand in a path."""
    return re.findall(r"{(\w+)}", path)


def _view(view: View, answer: Schema) -> Schema:
    return {
        "operationId": "get-" + view.path.replace("/", "-"),
        "summary": view.summary,
        "description": _roles(view.roles),
        "parameters": [_parameter(field, "query") for field in view.fields],
        "responses": _responses(answer),
    }


def _action(action: Action, answer: Schema) -> Schema:
    inside = path_fields(action.path)
    body = [field for field in action.fields if field.name not in inside]
    found: dict[str, Json] = {
        "operationId": action.name,
        "summary": action.summary,
        "description": _roles(action.roles) + " Audited.",
        "parameters": [_parameter(field, "path") for field in action.fields if field.name in inside],
        "responses": _responses(answer),
    }
    if body:
        schema: Schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {field.name: _schema(field) for field in body},
            "required": [field.name for field in body if field.required],
        }
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return found


def _roles(roles: frozenset[str]) -> str:
    return "For everybody." if roles == EVERYBODY else f"For the roles {', '.join(sorted(roles))}."


def _parameter(field: Field, where: str) -> Schema:
    return {
        "name": field.name,
        "in": where,
        "required": field.required or where == "path",
        "description": field.summary,
        "schema": _schema(field),
    }


def _schema(field: Field) -> Schema:
    text: Schema = {"type": "string", "maxLength": MAX_TEXT}
    schemas: dict[str, Schema] = {
        "text": text,
        "secret": {**text, "format": "password"},
        "number": {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
        "flag": {"type": "boolean"},
        "names": {"type": "array", "items": text, "maxItems": MAX_NAMES},
        "table": {"type": "string", "maxLength": MAX_TABLE},
    }
    schema = schemas[field.kind]
    if field.choices:
        schema = {**schema, "enum": list(field.choices)}
    return {**schema, "description": field.summary} if field.summary else schema


def _responses(answer: Schema) -> Schema:
    return {
        "200": {"description": "done", "content": {"application/json": {"schema": answer}}},
        **{code: {"$ref": f"#/components/responses/{code}"} for code in ERRORS},
    }


def _error(code: str) -> Schema:
    found: dict[str, Json] = {
        "description": ERRORS[code],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if code in _HEADERS:
        name, text = _HEADERS[code]
        found["headers"] = {name: {"description": text, "schema": {"type": "string"}}}
    return found
