"""Calendars of public holidays: proposed or read from an official table, accepted by a person, corrected.

Begin with `calendar_files.py`, which says what a file holds, then `calendar_changes.py`.
"""
