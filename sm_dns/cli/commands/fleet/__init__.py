"""Commands of several servers that are one service."""
