"""A report on paper, as PDF/A. Only `pdf_form.py` imports this: it needs the extra `pdf`."""
