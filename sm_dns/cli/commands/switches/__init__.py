"""Commands that turn switches: pause, open, close, resume, emergency."""
