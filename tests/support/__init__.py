"""Real little parts for the tests: messages made by dnspython, a small policy, and an upstream that lies."""
