"""What is said around the questions."""

from __future__ import annotations

from typing import Final

from sm_dns.util.message import Message

BEGIN: Final = Message(
    "sm-dns setup: Enter takes what stands in brackets, Ctrl-C ends it with nothing changed."
)
THIS_CHANGES: Final = Message("This is to be changed in the configuration:")
NO_CHANGE: Final = Message("Nothing is to be changed: everything is as these answers say.")
SHALL_IT: Final = Message("Shall this be done?")
NOT_DONE: Final = Message("Nothing was changed.")
NOT_RESOLVING: Final = Message(
    "This server resolves nothing yet: leave the devices with the resolver they have until"
    " sudo sm-dns doctor says that the upstreams answer."
)
NOT_DONE_YET: Final = Message("Nothing was changed: --yes carries it out.")
BEFORE_THE_END: Final = Message(
    "Who still asks this server gets no answer then: give the devices another resolver first."
)
