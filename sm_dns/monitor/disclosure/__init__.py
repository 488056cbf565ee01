"""What who is not the administrator may ask, so that no series of questions brings out a small number (PRIV-3).

`suppression/` keeps one table whole. Questions that are asked one after the other are another matter: ranges that
overlap, a single hour, a service taken out of all. So who may not read everything gets fixed periods that are over
(`periods.py`), the hours of the rules, and numbers rounded in a way that stays the same for good (`rounding.py`).
"""
