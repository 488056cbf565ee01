"""The audit as people read it: searched, in sentences, as a table."""
