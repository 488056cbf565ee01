"""The package: built, installed on a bare system, upgraded, taken back, removed (`make packages`)."""
