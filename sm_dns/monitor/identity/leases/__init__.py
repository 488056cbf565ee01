"""What DHCP servers tell: a module a form, each from text to leases. Begin with `forms.py`."""
