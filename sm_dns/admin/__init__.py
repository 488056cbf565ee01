"""Changes that people make, the same for commands and dashboard.

Knows lists, calendars, exemptions, the policy they make. Does not know who asks for a change, or how it is shown.
Begin with `domain_changes.py`, then `policy_document.py`.
"""
