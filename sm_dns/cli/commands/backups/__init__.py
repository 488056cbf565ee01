"""The commands that write a whole server into a file, and put it back."""
