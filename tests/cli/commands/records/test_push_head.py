"""A head that was told elsewhere shows a chain that was written anew, whole and unbroken."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from sm_dns.reporting import head_push
from tests.cli.conftest import Office
from tests.support.smtp_server import mail_server


def push_to(office: Office, *places: str, more: str = "") -> None:
    text = office.config.read_text().partition("audit:")[0]
    office.config.write_text(f"{text}audit: {{push_head: {{to: {json.dumps(places)}}}}}\n{more}")


def record(office: Office, name: str) -> str:
    """Record something; the last hash then."""
    office.run("domains", "add", name, "--category", "social", "--reason", name)
    (told,) = office.json("audit", "verify")
    return str(told["last_hash"])


def rewrite(office: Office) -> None:
    """What somebody does who may write the files: another history, whole in itself."""
    for file in ("audit.jsonl", "audit.jsonl.head"):
        (office.state / file).unlink()
    office.run("domains", "remove", "a.example", "--category", "social", "--reason", "innocent")


def test_a_chain_that_was_rewritten_whole_is_seen(office: Office) -> None:
    file = office.config.parent / "heads"
    push_to(office, f"file:{file}")
    heads = []
    for name in ("a.example", "b.example"):
        heads.append(record(office, name))
        assert "told to 1 of 1 places" in office.run("audit", "push").stdout
    assert [line.split("hash=")[1].split()[0] for line in file.read_text().splitlines()] == heads
    assert "all 2 heads are in it" in office.run("audit", "verify", "--heads", str(file)).stdout
    assert "all 1 heads are in it" in office.run("audit", "verify", "--head", heads[0]).stdout
    rewrite(office)
    (told,) = office.json("audit", "verify")
    assert told["ok"]  # by itself it looks whole
    (told,) = office.json("audit", "verify", "--heads", str(file), exit_code=1)
    assert (told["ok"], told["problem"], told["missing_heads"]) == (False, None, heads)
    text = office.run("audit", "verify", "--head", heads[1], exit_code=1).stdout
    assert "not the chain that was: 1 of 1 heads are in no record" in text and heads[1] in text


def test_the_hosts_log_and_a_mailbox_are_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    monkeypatch.setattr(head_push, "SYSLOG_SOCKET", log)
    monkeypatch.setattr(head_push.to_syslog, "__defaults__", (log,))
    head = record(office, "a.example")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as taken, mail_server() as mailbox:
        taken.bind(str(log))
        smtp = f"smtp: {{host: 127.0.0.1, port: {mailbox.port}, security: none, sender: dns@example.my}}\n"
        push_to(office, "syslog", "mailto:ict@example.my,audit@example.my", more=smtp)
        office.run("audit", "push")
        said = taken.recv(4096).decode()
        assert said.startswith("<85>sm-dns[") and f"seq=1 hash={head} host=" in said
        (mail,) = mailbox.messages
        assert head_push.heads_in(mail.get_content()) == [head]
        assert mailbox.recipients == ["ict@example.my", "audit@example.my"]
    journal = tmp_path / "messages"
    journal.write_text(f"Nov 29 13:00:00 dns1 {said}\nNov 29 14:00:00 dns1 {said}\n")
    assert "all 1 heads are in it" in office.run("audit", "verify", "--heads", str(journal)).stdout


def test_each_place_is_told_whatever_becomes_of_the_others(office: Office) -> None:
    file = office.config.parent / "heads"
    record(office, "a.example")
    push_to(office, "file:/proc/nowhere", f"file:{file}")
    (told,) = office.json("audit", "push", exit_code=1)
    assert len(told["failed"]) == 1 and told["failed"][0].startswith("file:/proc/nowhere: ")
    assert len(file.read_text().splitlines()) == 1
    assert "failed: file:/proc/nowhere: " in office.run("audit", "push", exit_code=1).stdout


def test_a_link_is_not_followed(office: Office) -> None:
    record(office, "a.example")
    target, link = office.config.parent / "other", office.config.parent / "heads"
    target.write_text("")
    link.symlink_to(target)
    push_to(office, f"file:{link}")
    office.run("audit", "push", exit_code=1)
    assert target.read_text() == ""


def test_what_cannot_be_meant(office: Office) -> None:
    assert "says no place" in office.run("audit", "push", exit_code=2).stderr
    assert "is not a hash" in office.run("audit", "verify", "--head", "abc", exit_code=2).stderr
    empty = office.config.parent / "empty"
    empty.write_text("nothing here\n")
    assert "no head of an audit" in office.run("audit", "verify", "--heads", str(empty), exit_code=2).stderr
    push_to(office, f"file:{empty}")
    assert office.run("audit", "push").stdout == "Nothing is recorded yet.\n"
