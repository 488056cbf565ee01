"""What each kind of report says, as a document that no format is named in."""
