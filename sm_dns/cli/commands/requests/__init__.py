"""`sm-dns requests`: what staff asked to have opened for their work. Begin with `decide.py`."""

from sm_dns.cli.commands.requests.decide import command as command
