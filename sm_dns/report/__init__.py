"""The documents of the reports: figures in, text, JSON, CSV, HTML or PDF out, in Malay or in English."""
