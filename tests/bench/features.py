"""`python -m tests.bench.features`: what monitoring, access control and rate limits cost a query.

One service with none of it, one with all: counts by client and label, clients sorted into groups, and a budget for
each. Loopback's budget is without bound and taken from all the same, so what is missing in this comparison is the
refill alone, once in thousands of queries.
"""

from __future__ import annotations

import sys

from tests.bench import load, variants

BAR = 1.10
OFF = ("groups: []", "monitoring: {enabled: false}")
ON = (
    'groups: [{name: office, clients: ["127.0.0.0/8", "10.0.0.0/8", "fc00::/7"]}]',
    "monitoring: {enabled: true}",
    "limits: {queries_per_second: 500, burst: 2000}",
)

if __name__ == "__main__":
    sys.exit(variants.main("everything on over everything off", BAR, OFF, ON, load.CLIENTS))
