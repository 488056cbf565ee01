"""Why an upstream cannot be reached, in words for a person."""

from __future__ import annotations

import os
import ssl

from sm_dns.serve.upstreams.stream_connection import CONNECT_SECONDS, Refused

MAX_REASON = 160  # characters; clients are told it too


def why(error: BaseException) -> str:
    """What an error on a connection comes from, looked for below those it was wrapped in; "" for nothing to tell."""
    return _why(error)[:MAX_REASON]


def _why(error: BaseException) -> str:
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f"its certificate is not accepted: {inner.verify_message}"
        if isinstance(inner, ssl.SSLError):
            return f"no TLS with it: {inner.reason or inner}"
        if isinstance(inner, Refused):
            return str(inner)
        if isinstance(inner, TimeoutError):
            return f"no connection within {CONNECT_SECONDS:g} seconds"
        if isinstance(inner, EOFError | ConnectionResetError | BrokenPipeError):
            return "it closes the connection without an answer"
        if isinstance(inner, OSError) and inner.strerror:
            # By the number: the words of a library name the call and its address.
            number = inner.errno or 0
            return (os.strerror(number) if number > 0 else inner.strerror).lower()
        inner = inner.__cause__ or inner.__context__
    return ""
