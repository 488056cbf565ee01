"""The questions of setup behind the dashboard: what is known, what was answered here, what that would change.

The service may not write its own configuration. So answers are kept in the state directory, and one command on the
server carries them out, after it has shown what they change.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sm_dns.settings import yaml_source
from sm_dns.setup.asking.answers_file import answers_text, answers_that_still_do, read_answers
from sm_dns.setup.asking.known import Known, answers_others
from sm_dns.setup.asking.questions import answers
from sm_dns.setup.findings import HostFindings, look_at
from sm_dns.setup.host import ROOT, Host
from sm_dns.setup.knowing import what_is_known
from sm_dns.setup.plan import PACKAGED, Files, Plan, make_plan
from sm_dns.setup.undo_note import FILE as UNDO_NOTE
from sm_dns.state.dashboard_accounts import FOLDER
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text
from sm_dns.util.fingerprint import fingerprint
from sm_dns.web.data.latest import Latest

ANSWERS = "setup-answers.yaml"
LOOK_SECONDS = 60  # a look asks the name servers of the host


class SetupDesk:
    """The setup of one site. `clock` gives POSIX seconds; `look` looks at the host."""

    def __init__(
        self,
        config: Path,
        state_dir: Path,
        clock: Callable[[], float],
        look: Callable[[Host], HostFindings] = look_at,
    ) -> None:
        self.file = state_dir / FOLDER / ANSWERS
        self._config = config
        self._state_dir = state_dir
        self._clock = clock
        self._look = look
        self._host = Host(ROOT, is_running=config == Path(PACKAGED))
        self._found: Latest[HostFindings] = Latest()
        self._wanted: Latest[bool] = Latest()

    @property
    def command(self) -> str:
        """What carries out the answers that are kept, typed on the server."""
        words = ["sudo", "sm-dns", "setup", "--answers", str(self.file)]
        if self._config != Path(PACKAGED):
            words += ["--config", str(self._config)]
        return shlex.join(words)

    def is_wanted(self) -> bool:
        """Whether nobody has said yet, in any way, how this server is to be. Raises `BadInput`, `OSError`."""
        files = [self.file, self._state_dir / UNDO_NOTE]
        return self._wanted.get(
            fingerprint([*files, self._config]),
            lambda: not any(each.exists() for each in files) and not self._is_configured(),
        )

    def known(self) -> Known:
        """What is known beside the questions; seconds where a name server is silent. Raises `BadInput`, `OSError`."""
        return what_is_known(self._host, self._files(), self._lately)

    def given(self, known: Known) -> dict[str, Any] | None:
        """What was answered here; None for nothing. Raises `BadInput` for what does not do any more."""
        return read_answers(self.file, known) if self.file.exists() else None

    def still_given(self, known: Known) -> dict[str, Any]:
        """What was answered here as far as it does: for the rest what is meant without an answer."""
        try:
            return answers_that_still_do(self.file, known)
        except BadInput:  # nothing of that file can be read
            return {}

    def written(self, known: Known, given: Mapping[str, Any]) -> Replaced:
        """The file of answers as it is to be."""
        return Replaced(self.file, answers_text(known, given).encode(), mode=0o600)

    def plan(self, known: Known, given: Mapping[str, Any]) -> Plan:
        """What answers would change. Raises `BadInput`."""
        return make_plan(self._host, self._files(), known, answers(given))

    def _files(self) -> Files:
        text = read_text(self._config, limit=yaml_source.MAX_BYTES)
        return Files(self._config, text, self._state_dir)

    def _lately(self, host: Host) -> HostFindings:
        return self._found.get(self._clock() // LOOK_SECONDS, lambda: self._look(host))

    def _is_configured(self) -> bool:
        document = yaml_source.load(self._config).value
        return isinstance(document, dict) and answers_others(document)
