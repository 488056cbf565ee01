"""Members: who they are, how one joins, what each keeps, who leads after whom."""
