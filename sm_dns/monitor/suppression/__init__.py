"""Small cells kept back so that no arithmetic on what is shown brings them out again (PRIV-3).

What a reader may know: every total of the whole staff; every number shown; what the marks mean; and that a count of a
stretch of time is at least that of each of its parts and at most their sum. From this no cell of 1 to `limit` - 1
persons may follow. The argument is always the same: beside the true table there are others, equal in all that is
shown and bound by the same rules, in which the cell has another value. `line.py` and `departments.py` say which.
"""
