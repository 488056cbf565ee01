"""What the service's own commands say comes with its key and values."""

from __future__ import annotations

import json
import subprocess
import sys

from sm_dns.i18n.catalogue import catalogue
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json
from tests.cli.conftest import Office


def said(office: Office, *arguments: str) -> tuple[int, Message]:
    done = subprocess.run(
        [sys.executable, "-m", "sm_dns.cli.child", *arguments, "--json", "--config", str(office.config)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = json.loads(done.stdout)
    return done.returncode, from_json(Message, found.get("said", found.get("reason")))


def test_a_refusal_can_be_said_in_another_language(office: Office) -> None:
    code, message = said(office, "report", "run", "heads")
    assert (code, message.template) == (2, "there is no configured report {name!r}; there are: {known}")
    assert "heads" in catalogue("ms").said(message) and catalogue("ms").can_say(message)


def test_why_a_list_is_kept_can_be_too(office: Office) -> None:
    text = office.config.read_text()
    office.config.write_text(text + "lists: [{name: ads, url: 'http://127.0.0.1:9/x', category: social}]\n")
    code, message = said(office, "lists", "refresh", "ads")
    assert code == 1
    assert message.template and catalogue("ms").can_say(message)
