"""Why a name is denied, as JSON for programs (draft-ietf-dnsop-structured-dns-error): who filters, why, whom to ask.

It stands in the EXTRA-TEXT of EDE 15 (Blocked), for clients that ask for it alone. The draft's own option to ask by
has no number yet; until it has one, clients ask by an empty Extended DNS Error option, as earlier texts of it said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sm_dns.i18n.catalogue import FIRST
from sm_dns.policy.decide import Decision
from sm_dns.policy.denials.denial_text import Citation, ede_texts
from sm_dns.policy.windows import Schedule

_NETWORK_OPERATOR_POLICY = 5  # the sub-error of a rule that the network's own operator made


@dataclass(frozen=True, slots=True)
class StructuredErrors:
    """What every such text has in common. `option` is the EDNS option that asks for it; `contacts` are URIs (mailto,
    tel); `organization` may be empty."""

    option: int
    contacts: tuple[str, ...] = ()
    organization: str = ""

    def texts(self, decision: Decision, schedule: Schedule, citation: Citation) -> tuple[str, str, str]:
        """The EXTRA-TEXT of a denied answer, the longest first: whole, without its sentences, empty.

        A server takes the first that fits: sentences are left out before all is.
        """
        bare: dict[str, object] = {"c": list(self.contacts)} if self.contacts else {}
        bare["s"] = _NETWORK_OPERATOR_POLICY
        told = ede_texts(decision, schedule, citation)
        said = {"j": told[0] if told else "", "o": self.organization}
        whole = {**bare, **{key: text for key, text in said.items() if text}, "l": FIRST}
        return _json(whole), _json(bare), ""


def _json(value: dict[str, object]) -> str:
    """As short as JSON can be (RFC 7493)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
