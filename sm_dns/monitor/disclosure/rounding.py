"""Numbers rounded so that no question, and no series of them, brings out how few somebody was.

A number of at most `step` is shown as just that: nobody, or up to `step`. Any other is one of the two multiples of
`step` beside it, the nearer one the likelier, so that sums and means stay right (random rounding, as census offices
round the tables that anybody may put together). Three things follow.

- Every number shown leaves its true one several values. What bounds a small number from below is a difference of
  such numbers, and so is what bounds it from above.
- Chance is drawn from a secret and from who is counted: the same persons are rounded alike, whatever the question
  and whenever it is asked. To ask again, or by another range with the same persons, gives nothing to average.
- The sign for few reaches to `step` and not to one below: several of them add up to no number that gives one less
  than `step` away, not even where each is as large as it can be.
"""

from __future__ import annotations

import hmac

from sm_dns.monitor.model import Cell

KEY_FILE = "rounding.key"  # in the state directory


class Rounding:
    """Rounding under one secret.

    secret: of at least 16 octets, kept as long as the counts. step: a number of persons below which none is shown
    (`monitoring.small_cell`).
    """

    def __init__(self, secret: bytes, step: int) -> None:
        self._secret = secret
        self.step = step

    def persons(self, members: int) -> Cell:
        """How many are in a set of numbers (a bit each)."""
        return self._rounded(members.bit_count(), members.to_bytes((members.bit_length() + 7) // 8, "little"))

    def events(self, what: str, count: int) -> Cell:
        """How often something happened. what: names it the same way in every question, whatever range that is of:
        the same number under many names could be averaged."""
        return self._rounded(count, f"{what}\0{count}".encode())

    def _rounded(self, count: int, who: bytes) -> Cell:
        if count <= self.step:
            return Cell(None, "few")
        over = count % self.step
        return Cell(count - over + (self.step if self._draw(who) < over else 0), "rounded")

    def _draw(self, who: bytes) -> int:
        """A number from 0 to `step` - 1, each as likely but for less than 2**-56."""
        return int.from_bytes(hmac.digest(self._secret, who, "sha256")[:8], "big") % self.step
