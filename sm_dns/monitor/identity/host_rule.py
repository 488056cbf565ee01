"""A site's rule for host names, such as `pc-(?P<staff>[a-z]+)` or `(?P<department>[a-z]+)-\\d+`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sm_dns.util.errors import BadInput

MAX_RULE = 200  # characters
_GROUPS = ({"staff"}, {"department"}, {"staff", "department"})


@dataclass(frozen=True, slots=True)
class HostRule:
    """What a host name tells. Clients choose theirs: a staff key counts only where the staff map knows it.

    `spelt`: departments as they are written elsewhere, by their casefolded names.
    """

    pattern: re.Pattern[str]
    spelt: Mapping[str, str]

    def staff(self, host: str) -> str:
        """The staff key in a host name (its first label, lower case), "" for none."""
        return self._group(host, "staff")

    def department(self, host: str) -> str:
        """The department in it, "" for none."""
        found = self._group(host, "department")
        return self.spelt.get(found.casefold(), found)

    def _group(self, host: str, name: str) -> str:
        found = self.pattern.fullmatch(host) if name in self.pattern.groupindex else None
        return (found[name] or "") if found else ""


def parse(text: str, departments: Iterable[str] = ()) -> HostRule:
    """The rule of a regular expression with a group `staff`, `department` or both. Raises `BadInput`.

    Host names are in small letters; a department is spelt as in `departments`, the first where capitals differ.
    """
    if len(text) > MAX_RULE:
        raise BadInput("host_rule is longer than {most} characters", most=MAX_RULE)
    try:
        pattern = re.compile(text, re.IGNORECASE | re.ASCII)
    except re.error as error:
        raise BadInput(
            "host_rule {text!r} is no regular expression: {reason}", text=text, reason=error
        ) from error
    if set(pattern.groupindex) not in _GROUPS:
        raise BadInput(
            "host_rule {text!r} needs a group named staff or department: (?P<staff>...)", text=text
        )
    return HostRule(pattern, {name.casefold(): name for name in reversed([*departments])})
