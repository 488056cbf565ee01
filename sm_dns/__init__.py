"""sm-dns: a LAN resolver that keeps an office's permitted hours for social media, to the second."""

from sm_dns import query_path

__version__ = "0.1.0"

if not query_path.is_pure_wanted():
    query_path.use_compiled()
