"""The control process: settings, publishing, scheduling, audit, supervision."""
