"""What commands print of one kind of thing each."""
