"""`sm-dns doctor` on a running service."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.dig import dig
from tests.support.server import House

NAME = "portal.corp"


def examined(house: House, *arguments: str) -> dict[str, Any]:
    done = house.run("doctor", "--json", *arguments)
    found = json.loads(done.stdout)
    return {each["subject"]: each for each in found["examined"]}


def test_a_service_that_runs_answers_where_it_listens(house: House) -> None:
    house.start()
    found = examined(house)
    assert found["port"]["advice"] == []
    assert [each["level"] for each in found["answers"]["advice"]] == ["error"] * 2, (
        "nobody outside is asked here"
    )
    assert "by " in found["answers"]["advice"][0]["text"]
    assert not any("no server is running" in each["text"] for each in found["service"]["advice"])


def test_a_client_that_asks_here_and_one_that_does_not(house: House) -> None:
    house.start()
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(examined, house, "--client", "127.0.0.1", "--watch", "20s")
        while not told.done():
            dig("127.0.0.1", house.port, NAME)
        texts = [each["text"] for each in told.result()["client"]["advice"]]
    assert not any("asked nothing here" in each for each in texts)
    told_of_none = examined(house, "--client", "127.0.0.9", "--watch", "1s")["client"]["advice"]
    assert any("127.0.0.9 asked nothing here in 1 s" in each["text"] for each in told_of_none)
    assert "sm-dns doctor" in house.run("audit", "show").stdout
