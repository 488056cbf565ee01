"""Why an upstream cannot be reached, in words for a person."""

from __future__ import annotations

import errno

import pytest

from sm_dns.serve.upstreams.unreachable import why


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 853)"), "connection refused"),
        (OSError(errno.EHOSTUNREACH, "Connect call failed ('192.0.2.1', 853)"), "no route to host"),
        (OSError(errno.ECONNRESET, "Connection reset by peer"), "it closes the connection without an answer"),
        (OSError(-2, "Name or service not known"), "name or service not known"),
        (ValueError("whatever"), ""),
    ],
)
def test_a_reason_is_said_in_the_words_of_the_system_and_not_of_a_library(
    error: Exception, said: str
) -> None:
    assert str(why(error) or "") == said
