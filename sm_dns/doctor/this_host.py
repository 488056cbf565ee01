"""Who else has the port, what the firewall lets in, whether the clock is kept and the disk has room."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from sm_dns.doctor.examined import Advice, Examined, advise, found, well
from sm_dns.settings.endpoint import Endpoint
from sm_dns.setup.host import Host
from sm_dns.setup.port_holder import PortHolder
from sm_dns.util.clock import is_synchronised
from sm_dns.util.message import Message, told
from sm_dns.util.strict_json import Json

LEAST_FREE = 200 << 20  # octets below which the store and the audit may come to a stop
_NO_SUCH_COMMAND = 127


def examine_port(listen: Iterable[Endpoint], holders: Iterable[PortHolder]) -> Examined:
    """Whether somebody else has port 53 where this service is to listen."""
    others = [each for each in holders if each.kind != "ours"]
    wanted = [each.address for each in listen if each.port == 53]
    taken = {each: None for each in others if any(map(each.collides_with, wanted))}
    if not taken:
        return well("port", Message("nobody else has port 53 of the addresses in `listen`"))
    return found("port", *(_taken(each) for each in taken))


def _taken(holder: PortHolder) -> Advice:
    who = holder.unit or holder.name or holder.kind
    return advise(
        "error",
        "port 53 of {address} belongs to {who}",
        holder.command or "sudo sm-dns setup",
        address=holder.address,
        who=who,
    )


def examine_firewall(host: Host) -> Examined:
    """Whether a firewall of this host lets questions in: ufw, firewalld, or rules of nftables."""
    some = [*_ufw(host), *_firewalld(host)] or [*_nftables(host)]
    return (
        found("firewall", *some)
        if some
        else well(
            "firewall", Message("no firewall of this host keeps port 53 shut, as far as it can be seen")
        )
    )


def _ufw(host: Host) -> Iterator[Advice]:
    ran = host.run("ufw", "status")
    if ran.code == 0 and "Status: active" in ran.said and not _names_the_port(ran.said):
        yield advise(
            "error",
            "the firewall {name} lets no question in: port 53 is shut",
            "sudo ufw allow 53",
            name="ufw",
        )


def _firewalld(host: Host) -> Iterator[Advice]:
    if host.run("firewall-cmd", "--state").code:
        return
    if host.run("firewall-cmd", "--query-service=dns").code:
        yield advise(
            "error",
            "the firewall {name} lets no question in: port 53 is shut",
            "sudo firewall-cmd --permanent --add-service=dns && sudo firewall-cmd --reload",
            name="firewalld",
        )


def _nftables(host: Host) -> Iterator[Advice]:
    """A chain of incoming packets that drops what no rule takes, where no rule names the port."""
    ran = host.run("nft", "--json", "list", "ruleset")
    if ran.code:
        return
    try:
        entries: list[dict[str, Json]] = json.loads(ran.said)["nftables"]
        chains = [each["chain"] for each in entries if "chain" in each]
        rules = json.dumps([each["rule"] for each in entries if "rule" in each])
    except (ValueError, KeyError, TypeError):
        return
    shut = any(
        isinstance(each, dict) and each.get("hook") == "input" and each.get("policy") == "drop"
        for each in chains
    )
    if shut and "53" not in rules.replace('"', " ").replace(",", " ").replace("]", " ").split():
        yield advise(
            "warning", "nftables drops what comes in and no rule names port 53", "sudo nft list ruleset"
        )


def _names_the_port(text: str) -> bool:
    return any(word.partition("/")[0] in ("53", "DNS") for word in text.split())


def examine_clock() -> Examined:
    """Whether the hours can be kept."""
    match is_synchronised():
        case False:
            return found(
                "clock",
                advise(
                    "warning",
                    "the clock is not kept: the hours are right only as far as it is",
                    "timedatectl; sudo timedatectl set-ntp true",
                ),
            )
        case None:
            return found(
                "clock", advise("note", "whether the clock is kept cannot be told here", "timedatectl")
            )
        case True:
            return well("clock", Message("the clock is kept"))


def examine_disk(directory: Path) -> Examined:
    """Whether there is room for the state: audit, history, counts. Before the first start it is not there yet."""
    try:
        usage = shutil.disk_usage(next(each for each in (directory, *directory.parents) if each.exists()))
    except OSError as error:
        return found("disk", advise("error", "{reason}", f"ls -ld {directory}", reason=told(error)))
    free = usage.free >> 20
    if usage.free < LEAST_FREE:
        return found(
            "disk",
            advise(
                "error",
                "{directory}: only {free} MB are free; audit and counts may stop",
                f"df -h {directory}; sudo sm-dns store status",
                directory=directory,
                free=free,
            ),
        )
    return well("disk", Message("{directory}: {free} MB are free", directory=directory, free=free))
