"""`sm-dns accounts`: who may use the dashboard, from the server. Begin with `people.py`."""

from sm_dns.cli.commands.accounts.people import command as command
