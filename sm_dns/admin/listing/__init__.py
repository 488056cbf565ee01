"""Lists that others publish: what they fetch beside themselves, what of them is taken, and what stays open anyway."""
