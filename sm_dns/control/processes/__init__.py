"""The children of the control process: workers, portal, dashboard.

Knows how a child is started, asked, and started again. Does not know what it does.
Begin with `worker_process.py`.
"""
