"""What a server keeps of its place in a fleet, as far as light rooms must know it."""
