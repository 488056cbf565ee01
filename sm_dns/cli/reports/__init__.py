"""The commands below `sm-dns report` that are no report themselves."""
