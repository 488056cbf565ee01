"""The real command under load, changes and trouble for minutes: `make soak`."""
