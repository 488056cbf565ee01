"""What the control process does about single clients: who is where, who is traced, who asks for access."""
