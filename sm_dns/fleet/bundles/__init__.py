"""Bundles: what they hold, when one is taken, how one is made and put in place."""
