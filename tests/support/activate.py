"""Start a command the way systemd does with a socket unit: `python activate.py PORT COMMAND…`.

It binds UDP and TCP on 127.0.0.1 and ::1, hands them over as descriptors 3 to 6, and becomes the command.
"""

from __future__ import annotations

import os
import socket
import sys

FIRST_FD = 3


def main() -> None:
    """Entry point."""
    port, command = int(sys.argv[1]), sys.argv[2:]
    sockets = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            sock = socket.socket(family, kind)
            sock.bind((host, port))
            if kind == socket.SOCK_STREAM:
                sock.listen()
            sockets.append(sock)
    # First out of the way of the descriptors they are to have, then onto them.
    high = [os.dup2(sock.fileno(), 100 + at) for at, sock in enumerate(sockets)]
    for at, descriptor in enumerate(high):
        os.dup2(descriptor, FIRST_FD + at)
        os.close(descriptor)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(sockets)), LISTEN_FDNAMES="dns")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
