"""The document of the interface: well formed by the rules of OpenAPI 3.1 that matter here, and true."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sm_dns.web.openapi import PREFIX
from sm_dns.web.tables import ACTIONS
from tests.support.dashboard import Dashboard

METHODS = {"get", "post", "put", "delete"}
TYPES = {"string", "integer", "boolean", "array", "object"}


@pytest.fixture
def document(dashboard: Dashboard) -> dict[str, Any]:
    found: dict[str, Any] = dashboard.login("officer3").browser.get(f"{PREFIX}/openapi.json").json()
    return found


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _check_schema(schema: dict[str, Any], document: dict[str, Any]) -> None:
    if "$ref" in schema:
        kind, name = schema["$ref"].removeprefix("#/components/").split("/")
        assert name in document["components"][kind]
        return
    assert schema["type"] in TYPES
    for each in schema.get("properties", {}).values():
        _check_schema(each, document)
    if schema["type"] == "array":
        _check_schema(schema["items"], document)
    assert set(schema.get("required", ())) <= set(schema.get("properties", {}))


def test_the_document_is_well_formed(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert {"title", "version"} <= set(document["info"])
    schemes = set(document["components"]["securitySchemes"])
    assert {name for each in document["security"] for name in each} <= schemes
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in _operations(document):
        assert path.startswith("/") and method in METHODS and operation["summary"]
        inside = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        for parameter in operation["parameters"]:
            assert parameter["required"] or parameter["in"] == "query"
            _check_schema(parameter["schema"], document)
        if "requestBody" in operation:
            _check_schema(operation["requestBody"]["content"]["application/json"]["schema"], document)
        for code, response in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", code) and response["description"]
            for content in response["content"].values():
                _check_schema(content["schema"], document)


def test_it_says_all_that_is_served_and_nothing_else(dashboard: Dashboard, document: dict[str, Any]) -> None:
    served = {(f"{PREFIX}/{view.path}", "get") for view in dashboard.site.api_views.values()}
    served |= {(f"{PREFIX}/{action.path}", action.method.lower()) for action in ACTIONS.values()}
    assert {(path, method) for path, method, _ in _operations(document)} == served


def test_strangers_do_not_read_it(dashboard: Dashboard) -> None:
    assert dashboard.visitor().get(f"{PREFIX}/openapi.json").status_code == 401
