"""sm-dns: a LAN resolver that keeps an office's permitted hours for social media, to the second."""

from sm_dns import native

__version__ = "0.2.0"

if not native.is_pure_wanted():
    native.use_compiled()
