from __future__ import annotations

from sm_dns.web.auth.sessions import MAX_PER_USER, MAX_SESSIONS, Sessions


def test_a_session_ends_when_idle_and_anyway() -> None:
    sessions = Sessions(idle=60, longest=150)
    key, session = sessions.open("ali", "kept", 0.0)
    for now in (60.0, 120.0, 150.0):
        assert sessions.find(key, now) is session
        session.seen = now
    assert sessions.find(key, 151.0) is None
    key, session = sessions.open("ali", "kept", 0.0)
    assert sessions.find(key, 61.0) is None
    assert sessions.find("guess", 0.0) is None


def test_what_is_in_memory_opens_nothing() -> None:
    sessions = Sessions(60, 60)
    key, session = sessions.open("ali", "kept", 0.0)
    assert key.encode() not in sessions._sessions and session.csrf != key
    assert session.csrf_fits(session.csrf) and not session.csrf_fits("") and not session.csrf_fits("é")


def test_closing_ends_one_or_all_of_a_user() -> None:
    sessions = Sessions(60, 60)
    first, kept = sessions.open("ali", "kept", 0.0)
    second, _ = sessions.open("ali", "kept", 0.0)
    other, _ = sessions.open("officer2", "kept", 0.0)
    sessions.close_all("ali", but=kept)
    assert [sessions.find(key, 0.0) is None for key in (first, second, other)] == [False, True, False]
    sessions.close(first)
    sessions.close("guess")
    assert sessions.find(first, 0.0) is None


def test_sessions_are_bounded() -> None:
    """T17."""
    sessions = Sessions(60, 60)
    keys = [sessions.open("ali", "kept", 0.0)[0] for _ in range(MAX_PER_USER + 3)]
    assert [sessions.find(key, 0.0) is not None for key in keys] == [False] * 3 + [True] * MAX_PER_USER
    for number in range(MAX_SESSIONS + 10):
        sessions.open(f"user {number}", "kept", 0.0)
    assert len(sessions._sessions) == MAX_SESSIONS
    sessions.open("late", "kept", 1000.0)
    assert len(sessions._sessions) == 1
