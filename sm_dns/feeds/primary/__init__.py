"""The primary: who asks, what is handed out, who is notified. Begin with `server.py`."""
