"""Why an upstream cannot be reached, in words for a person."""

from __future__ import annotations

import os
import ssl

from sm_dns.serve.upstreams.stream_connection import CONNECT_SECONDS, Refused
from sm_dns.util.message import Message


def why(error: BaseException) -> Message | None:
    """What an error on a connection comes from, looked for below what it was wrapped in; None for nothing to tell."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return Message("its certificate is not accepted: {reason}", reason=inner.verify_message)
        if isinstance(inner, ssl.SSLError):
            return Message("no TLS with it: {reason}", reason=inner.reason or inner)
        if isinstance(inner, Refused):
            return inner.message
        if isinstance(inner, TimeoutError):
            return Message("no connection within {seconds:g} seconds", seconds=CONNECT_SECONDS)
        if isinstance(inner, EOFError | ConnectionResetError | BrokenPipeError):
            return Message("it closes the connection without an answer")
        if isinstance(inner, OSError) and inner.strerror:
            # By the number: the words of a library name the call and its address.
            number = inner.errno or 0
            return Message((os.strerror(number) if number > 0 else inner.strerror).lower())
        inner = inner.__cause__ or inner.__context__
    return None
