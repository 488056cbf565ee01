"""sm-dns: a LAN resolver that keeps an office's permitted hours for social media, to the second."""

__version__ = "0.1.0"
