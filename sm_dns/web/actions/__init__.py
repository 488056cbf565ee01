"""What the dashboard changes.

Knows forms. Does not know how a change is made: `admin` does.
Begin with `policy_actions.py`.
"""
