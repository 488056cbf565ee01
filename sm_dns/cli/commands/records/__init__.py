"""Commands about what was recorded: the audit, and the policies that were in force."""
