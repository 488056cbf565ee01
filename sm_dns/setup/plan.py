"""What is to be done for some answers, made before anything is: the configuration as it is and as it is to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sm_dns.settings import yaml_source
from sm_dns.settings.yaml_edit import Edit, edited
from sm_dns.setup import certificates
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.questions import Answers
from sm_dns.setup.certificates import OWN_CA, SELF_MADE, Wanted
from sm_dns.setup.config_edits import addresses, config_edits
from sm_dns.setup.host import Host
from sm_dns.setup.resolved import DROP_IN
from sm_dns.setup.service import Need, has_unit, is_up
from sm_dns.setup.shipped_files import CONFIG, shipped_config
from sm_dns.state.place import PACKAGED_STATE, SHIPPED_STATE, possible_state_dirs
from sm_dns.util.files import read_text
from sm_dns.util.message import Message

PACKAGED = "/etc/sm-dns/sm-dns.yaml"
_LIKE_STATE = re.compile(rf"^state_dir: {re.escape(SHIPPED_STATE)}\n", re.MULTILINE)


@dataclass(frozen=True)
class Files:
    """The files of a site: `config`, its text (None where there is none yet), and the state directory."""

    config: Path
    text: str | None
    state_dir: Path

    @property
    def start(self) -> str:
        """The text that answers are put into: the site's own, or the one that ships."""
        if self.text is not None:
            return self.text
        shipped = (shipped_config() / CONFIG).read_text("utf-8")
        return _LIKE_STATE.sub("", shipped)  # it is then that of the service


@dataclass(frozen=True)
class Plan:
    """`after`: what the configuration is to say. `certificate`: the one to be made, None for none; `made`: the one
    that the dashboard then has and setup made, now or before. `frees_port`: whether systemd-resolved gives up port
    53. `is_up`: the service runs, or there is none that could be started."""

    files: Files
    after: str
    certificate: Wanted | None
    made: Wanted | None
    frees_port: bool
    is_up: bool

    @property
    def is_written(self) -> bool:
        """Whether the configuration changes."""
        return self.after != self.files.text

    @property
    def is_changed(self) -> bool:
        """Whether anything of the system changes: on a second run with the same answers nothing does."""
        return self.is_written or self.certificate is not None or self.frees_port or not self.is_up

    @property
    def need(self) -> Need:
        """What a running service is told: the dashboard alone holds from the next start."""
        if self.certificate is not None or _web(self.after, self.files) != _web(
            self.files.text or "", self.files
        ):
            return "restart"
        return "reload" if self.is_written else "start"

    def other_changes(self) -> Iterator[Message]:
        """What is done beside that file."""
        if self.certificate is not None:
            yield Message(
                "A certificate is made for the dashboard: {file}", file=self.certificate.certificate
            )
        if self.frees_port:
            yield Message(
                "systemd-resolved gives up port 53: {file}, and /etc/resolv.conf leads past it", file=DROP_IN
            )
        if not self.is_up:
            yield Message("The service is started, now and with this server.")

    def diff(self) -> str:
        """The change of the configuration, for a person to read."""
        name = str(self.files.config)
        before = (self.files.text or "").splitlines(keepends=True)
        if self.files.text is None:
            before, name = self.files.start.splitlines(keepends=True), f"{name} ({CONFIG})"
        after = self.after.splitlines(keepends=True)
        return "".join(difflib.unified_diff(before, after, name, str(self.files.config), n=1))


def site_files(host: Host, config: Path) -> Files:
    """The files of a host. Raises `BadInput` for a configuration that cannot be read."""
    text = read_text(config, limit=yaml_source.MAX_BYTES) if config.exists() else None
    is_packaged = config == host.file(PACKAGED)
    state = host.file(PACKAGED_STATE) if is_packaged else possible_state_dirs(config)[0]
    return Files(config, text, state)


def make_plan(host: Host, files: Files, known: Known, answers: Answers) -> Plan:
    """What these answers take. Changes nothing. Raises `BadInput` where the configuration cannot be changed so."""
    made = _certificate(files, known, answers)
    edits: list[Edit] = list(config_edits(answers, known, made))
    after = edited(files.start, files.config, edits)
    needed = made if made and not certificates.fits(host, made) else None
    up = not has_unit(host) or is_up(host)
    return Plan(files, after, needed, made, answers.free_port, up)


def _certificate(files: Files, known: Known, answers: Answers) -> Wanted | None:
    if answers.dashboard not in (SELF_MADE, OWN_CA):
        return None
    named = [answers.dashboard_name] if answers.dashboard_name else []
    reached = [each.partition("%")[0] for each in addresses(answers.listen, known)]
    return Wanted(files.config.parent, answers.dashboard, tuple([*named, *reached] or ["127.0.0.1"]))


def _web(text: str, files: Files) -> object:
    document = yaml_source.parse(text, files.config).value
    return document.get("web") if isinstance(document, dict) else None
