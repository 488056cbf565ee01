from __future__ import annotations

import os
import pwd
from dataclasses import dataclass

import pytest

from sm_dns.cli.service_user import as_user
from sm_dns.util.errors import BadInput
from tests.conftest import require_root


@dataclass(frozen=True)
class Who:
    uid: int


def test_work_is_done_with_the_rights_of_the_user() -> None:
    require_root()
    nobody = pwd.getpwnam("nobody")
    assert as_user(nobody, Who, lambda: Who(os.getuid())) == Who(nobody.pw_uid)
    assert os.getuid() == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LookupError("unknown encoding: utf-8-sig"), "unknown encoding: utf-8-sig"),
        (PermissionError(13, "no", "/x"), "/x: no"),
    ],
)
def test_what_goes_wrong_there_is_told(error: Exception, said: str) -> None:
    """Such as a Python below /root, of which the service's user can read nothing."""

    def work() -> Who:
        raise error

    require_root()
    with pytest.raises(BadInput) as told:
        as_user(pwd.getpwnam("nobody"), Who, work)
    assert str(told.value) == f"could not be looked at as the user nobody: {said}"
