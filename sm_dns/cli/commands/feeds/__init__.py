"""`sm-dns feeds`: the policy as zones that other resolvers take. Begin with `group.py`."""

from sm_dns.cli.commands.feeds.group import command as command
