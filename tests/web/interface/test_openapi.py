"""The document of the interface: OpenAPI 3.1 by its specification, and true both ways."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from sm_dns.web import api
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.data import figure_cache
from sm_dns.web.http import guard
from sm_dns.web.http.guard import MAX_BODY, MAX_QUERY
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard

ROOT = Path(__file__).resolve().parents[3]
METHODS = {"get", "post", "put", "delete", "patch"}


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


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    """By the specification's own schema, references and examples followed."""
    assert document["openapi"].startswith("3.1.")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_a_document_that_is_none_would_be_noticed(document: dict[str, Any]) -> None:
    del document["paths"][f"{PREFIX}/now"]["get"]["responses"]["200"]["description"]
    with pytest.raises(OpenAPIValidationError):
        validate(document, cls=OpenAPIV31SpecValidator)


def test_fields_of_a_path_are_in_the_path_and_others_in_the_query_or_the_body(
    document: dict[str, Any],
) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in _operations(document):
        inside = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert (method == "get") is ("requestBody" not in operation) or method == "delete"
        for parameter in operation["parameters"]:
            assert parameter["required"] or parameter["in"] == "query"


def test_it_says_all_that_is_served_and_nothing_else(dashboard: Dashboard, document: dict[str, Any]) -> None:
    served = {(f"{PREFIX}/{view.path}", "get") for view in dashboard.site.api_views.values()}
    served |= {(f"{PREFIX}/{action.path}", action.method.lower()) for action in ACTIONS.values()}
    assert {(path, method) for path, method, _ in _operations(document)} == served
    routes = {
        (route.path, method.lower())
        for route in api.routes(dashboard.site)
        for method in route.methods or ()
        if route.path.startswith(PREFIX) and method != "HEAD"
    }
    assert routes - {(f"{PREFIX}/openapi.json", "get")} == served


def test_what_it_does_not_say_is_not_served(dashboard: Dashboard, document: dict[str, Any]) -> None:
    admin = dashboard.visitor()
    token = dashboard.token("admin")
    for path, methods in document["paths"].items():
        place = re.sub(r"{\w+}", "2026-08-10", path)
        for method in METHODS - set(methods):
            assert admin.request(method, place, headers=token).status_code == 405, (method, place)
        for other in (f"{place}/", f"{place}/x", f"{place}.json"):
            assert admin.get(other, headers=token).status_code in {404, 405}, other
    for other in ("/api", PREFIX, f"{PREFIX}/", "/api/v2/now", "/docs", "/redoc", "/openapi.json"):
        assert admin.get(other, headers=token).status_code == 404, other


def test_every_status_there_is_is_in_the_document(
    dashboard: Dashboard, document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each in the form that the document says: an object with `error`, and the headers that it names."""
    token = dashboard.token("admin")
    program, stranger = dashboard.visitor(), dashboard.visitor("192.0.2.9")

    def get(path: str, **headers: str) -> httpx.Response:
        return program.get(f"{PREFIX}/{path}", headers={**token, **headers})

    def post(content: bytes, kind: str) -> httpx.Response:
        headers = {**token, "Content-Type": kind}
        return program.post(f"{PREFIX}/reload", content=content, headers=headers)

    monkeypatch.setattr(figure_cache, "MAX_PENDING", 0)
    guesses = [stranger.get(f"{PREFIX}/now", headers={"Authorization": "Bearer x"}) for _ in range(6)]
    found = [
        get("explain"),
        stranger.get(f"{PREFIX}/now"),
        program.get(f"{PREFIX}/audit", headers=dashboard.token("head", "Finance")),
        program.request("PATCH", f"{PREFIX}/now"),
        post(b"x" * (MAX_BODY + 1), "application/json"),
        get(f"now?schedule={'x' * MAX_QUERY}"),
        post(b"a=1", "application/x-www-form-urlencoded"),
        get("now", Host="evil.example"),
        guesses[-1],
        get("usage"),
    ]

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)
    found.append(program.post(f"{PREFIX}/reload", content=drip(), headers=token))
    monkeypatch.undo()
    monkeypatch.setattr(dashboard.desk, "policy", lambda: 1 / 0)
    found.append(get("policy"))
    said = document["components"]["responses"]
    assert [str(each.status_code) for each in found] == (
        ["400", "401", "403", "405", "413", "414", "415", "421", "429", "503", "408", "500"]
    )
    assert {str(each.status_code) for each in found} == set(said)
    for each in found:
        assert set(each.json()) == {"error"}, each.text
        for header in said[str(each.status_code)].get("headers", {}):
            assert header in each.headers
    for _, _, operation in _operations(document):
        assert set(operation["responses"]) == {"200", *said}


def test_strangers_do_not_read_it(dashboard: Dashboard) -> None:
    assert dashboard.visitor().get(f"{PREFIX}/openapi.json").status_code == 401


def test_the_manual_names_every_path(document: dict[str, Any]) -> None:
    """But those that only a session has: one's own password and codes."""
    manual = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for path in document["paths"]:
        name = re.sub(r"{(\w+)}", lambda field: field[1].upper(), path.removeprefix(f"{PREFIX}/"))
        assert name.startswith("me/") or f"`{name}`" in manual, name
