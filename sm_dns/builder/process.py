"""Compiling a generation, in a process of its own: files in, one directory out, one line of JSON about it.

The heavy work and the heavy libraries (validation, calendars, a million list lines) live and end here; the control
process stays small, and a compiler that dies changes nothing. A generation's directory holds what the workers need
(`policy.json`, `names.idx`, `resolver.json`), the portal (`portal.json`) and the control process (`service.json`).
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.admin.policy_document import PolicyDocument, assemble, policy_document, temporary_directory
from sm_dns.admin.surroundings import Surroundings, look_around
from sm_dns.builder.checks import findings
from sm_dns.builder.list_checks import list_sources
from sm_dns.builder.monitoring import lease_sources, monitoring_plan
from sm_dns.builder.name_index import place_index
from sm_dns.builder.optional_parts import OptionalParts, optional_parts
from sm_dns.builder.portal_settings import certificate_and_key, portal_details, request_plan
from sm_dns.builder.validation import validation_plan, write_unbound
from sm_dns.builder.worker_settings import worker_settings
from sm_dns.builder.zone_text import ZONE_TEXT
from sm_dns.diagnose.explainer import Explainer
from sm_dns.generation.certificate import read_certificate
from sm_dns.generation.directory import GENERATIONS, TEMPORARY, discard
from sm_dns.generation.lan import LanPlan
from sm_dns.generation.service import Service, write_service
from sm_dns.generation.web import Addresses
from sm_dns.lists.list_read import ListRead
from sm_dns.policy import schedule_versions, snapshot
from sm_dns.portal.settings import write_details
from sm_dns.serve.worker_settings import load, write_settings
from sm_dns.settings.client_networks import follows_links
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, exemptions_store, service_rules_store, switches_store
from sm_dns.state.fleet.role import is_node, policy_file
from sm_dns.state.lists import kept_lists
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import Message, reason_of, system_reason
from sm_dns.util.typed_json import to_json


@dataclass(frozen=True, slots=True)
class _Sources:
    """What a generation is made of. seen: what the watched files looked like before they were read."""

    settings: Settings
    around: Surroundings
    policy: PolicyDocument
    parts: OptionalParts
    now: float
    seen: Fingerprint


def compile_generation(config: Path, now: float) -> Path:
    """Compile what the files say into a directory of its own, named by its number, and return it.

    It lies in the state directory or, while that is full or cannot be written, in a temporary place. Raises
    `BadInput` with file, line and reason, and `OSError` where it can lie nowhere; then nothing is left behind.
    """
    seen = fingerprint([config.absolute()])
    settings = load_settings(config)
    _settle(settings)
    seen |= fingerprint(_watched(settings)[1:])
    around = look_around(settings)
    parts = optional_parts(settings)
    sources = _Sources(settings, around, policy_document(settings, around, now), parts, now, seen)
    for gone in around.vanished:
        parts.left_out[str(settings.zones_dir / gone.name)] = Message(
            "the file is gone: what it held last stays in force until `sm-dns reload --accept-removed`"
        )
    parent = settings.state_dir / GENERATIONS
    try:
        make_directory(parent)
        write_unbound(settings)
        made = _place(parent, sources)
        kept_lists.keep(settings.zones_dir, settings.state_dir)
        return made
    except OSError as error:
        parts.left_out["state_dir"] = Message(
            "{path}: {reason}", path=settings.state_dir, reason=system_reason(error)
        )
        return _place(Path(tempfile.mkdtemp(prefix=TEMPORARY)), sources)


def _place(parent: Path, sources: _Sources) -> Path:
    settings, parts = sources.settings, sources.parts
    earlier = max((one for one in parent.iterdir() if one.name.isdigit()), key=_number, default=None)
    number = 1 if earlier is None else 1 + _number(earlier)
    directory = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        reads = place_index(settings, sources.around, directory, earlier)
        snapshot.write(directory, sources.policy.numbered(number))
        write_settings(directory, worker_settings(settings, sources.around, parts))
        write_service(directory, _service(sources, reads))
        write_details(directory, portal_details(settings, has_https=parts.has_https))
        final = parent / f"{number:08d}"
        directory.rename(final)
    except BaseException:
        discard(directory)
        raise
    return final


@contextmanager
def temporary_explainer(settings: Settings, now: float) -> Iterator[Explainer]:
    """What explains by the files as they are, compiled in a temporary directory. Raises `BadInput`, `OSError`."""
    assembly = assemble(settings, now)
    with temporary_directory(assembly) as directory:
        write_settings(directory, worker_settings(settings, assembly.around, optional_parts(settings)))
        found = load(directory)
        try:
            yield Explainer(
                found,
                _addresses(settings.tls.dot),
                _addresses(settings.tls.doh),
                _lan_plan(settings),
                ZONE_TEXT,
                switches_store.load(settings.state_dir),
            )
        finally:
            found.resolver.snapshot.names.close()


def _settle(settings: Settings) -> None:
    """Finish what a command began and recorded, so that it is among what is compiled."""
    with suppress(OSError):  # whoever changes something next is told
        audit.settle(settings.state_dir / audit.FILE)


def _number(directory: Path) -> int:
    return int(directory.name)


def _watched(settings: Settings) -> list[Path]:
    """The files and folders whose change makes a new generation, the configuration first."""
    return [
        settings.file,
        settings.zones_dir,
        settings.calendar_dir,
        settings.state_dir / exemptions_store.FILE,
        settings.state_dir / service_rules_store.FILE,
        *filter(None, (settings.tls.certificate, settings.tls.key, *certificate_and_key(settings))),
        *filter(None, (settings.notice.profile.file,)),
        *([policy_file(settings.state_dir)] if settings.fleet.role else []),
    ]


def _lan_plan(settings: Settings) -> LanPlan | None:
    """Whose names are answered. Raises `BadInput` where there is nothing to take them from."""
    if settings.lan_names is None:
        return None
    if not settings.monitoring.leases:
        raise settings.bad("there are no monitoring.leases to take names from", "lan_names")
    return LanPlan(settings.lan_names.domain, lease_sources(settings))


def _service(sources: _Sources, reads: tuple[ListRead, ...]) -> Service:
    settings, around, parts = sources.settings, sources.around, sources.parts
    return Service(
        listen=_addresses(settings.listen),
        dot=_addresses(settings.tls.dot) if parts.tls else (),
        doh=_addresses(settings.tls.doh) if parts.tls else (),
        http=_addresses(settings.portal.listen),
        https=_addresses(settings.portal.https) if parts.has_https else (),
        doh_path=settings.tls.doh_path,
        workers=settings.workers,
        state_dir=str(settings.state_dir),
        watched=tuple(str(path) for path in _watched(settings)),
        seen=sources.seen,
        sources=list_sources(settings, around, reads),
        lists={}
        if is_node(settings.state_dir)
        else {remote.name: remote.refresh for remote in settings.lists},
        findings=tuple(findings(settings, around, reads, sources.now)),
        default_schedule=settings.default_schedule,
        log_level=settings.log.level,
        certificate=read_certificate(settings.tls.certificate),
        portal_certificate=read_certificate(certificate_and_key(settings)[0]),
        monitoring=monitoring_plan(settings),
        web=parts.web,
        feeds=parts.feeds,
        schedules=schedule_versions.write(merged_schedules(settings)),
        reports={each.name: each.made_on for each in settings.reports} if settings.monitoring.enabled else {},
        config=str(settings.file),
        left_out=parts.left_out,
        lan=_lan_plan(settings),
        push_head=0 if settings.audit.push_head is None else settings.audit.push_head.every,
        requests=request_plan(settings),
        own_links=tuple(around.links) if follows_links(settings) else (),
        validation=validation_plan(settings),
        fleet=parts.fleet,
        devices_are_told=any("mac" in tells for tells in settings.trusted_forwarders.values()),
    )


def _addresses(endpoints: Iterable[Endpoint]) -> Addresses:
    return tuple((endpoint.address, endpoint.port) for endpoint in endpoints)


def main() -> None:
    """Entry point: `python -m sm_dns.builder.process CONFIG REHEARSAL_SECONDS`."""
    config, rehearsal = Path(sys.argv[1]), float(sys.argv[2])
    gc.disable()  # it ends soon, and a million rows would be looked through again and again
    try:
        directory = compile_generation(config, time.time() + rehearsal)
    except (BadInput, OSError) as error:
        print(json.dumps({"ok": False, "said": to_json(reason_of(error))}))
    else:
        print(json.dumps({"ok": True, "directory": str(directory)}))


if __name__ == "__main__":
    main()
