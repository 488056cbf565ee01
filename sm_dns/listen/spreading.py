"""Which of several workers a datagram goes to: the one that its name goes to every time.

Without it the kernel chooses by the client's port, and each worker comes to remember the same answers, counts down
their TTLs for itself and forwards the same misses. A filter of the kernel (socket(7), SO_ATTACH_REUSEPORT_CBPF)
chooses by the first octets of the question, whatever their letter case (RFC 4343).
"""

from __future__ import annotations

import ctypes
import logging
import socket
import struct
from typing import Final

SO_ATTACH_REUSEPORT_CBPF: Final = 51  # <asm-generic/socket.h>; the socket module has no name for it

WORDS: Final = 4  # of four octets each, from the beginning of the name, that choose
_HEADER: Final = 12
_CASE: Final = 0xDFDFDFDF  # of letters
_GOLDEN: Final = 0x9E3779B1  # spreads what differs in few bits (Knuth, TAOCP 6.4)

# <linux/bpf_common.h>: what an instruction is.
_LOAD_NUMBER: Final = 0x00
_LOAD_WORD: Final = 0x20
_LOAD_LENGTH: Final = 0x80
_LOAD_KEPT: Final = 0x60
_KEEP: Final = 0x02
_TO_X: Final = 0x07
_JUMP_AT_LEAST: Final = 0x35
_AND: Final = 0x54
_XOR_X: Final = 0xAC
_MULTIPLY: Final = 0x24
_SHIFT_RIGHT: Final = 0x74
_MODULO: Final = 0x94
_RETURN: Final = 0x16

_INSTRUCTION: Final = struct.Struct("=HBBI")
_PROGRAM: Final = struct.Struct("@HP")

log = logging.getLogger(__name__)

Instruction = tuple[int, int, int, int]
"""Its code, how many to leap over where its test is true and where it is false, and its number."""


def spread_by_name(sock: socket.socket, sockets: int) -> bool:
    """Have so many sockets that share a UDP port get each name always at the same one; whether the kernel can.

    One of them is enough, the last that was bound.
    """
    program = instructions(sockets)
    octets = b"".join(_INSTRUCTION.pack(*one) for one in program)
    kept = ctypes.create_string_buffer(octets, len(octets))
    try:
        sock.setsockopt(
            socket.SOL_SOCKET,
            SO_ATTACH_REUSEPORT_CBPF,
            _PROGRAM.pack(len(program), ctypes.addressof(kept)),
        )
    except OSError as error:
        log.info("datagrams are spread by the client's port, not by name: %s", error.strerror)
        return False
    return True


def instructions(sockets: int) -> list[Instruction]:
    """The filter: the number of a socket for the octets of a datagram. What is shorter ends the sum sooner."""
    summed: list[Instruction] = []
    for number in range(WORDS):
        at = _HEADER + 4 * number
        to_the_end = 9 * (WORDS - number) - 2
        summed += [
            (_LOAD_LENGTH, 0, 0, 0),
            (_JUMP_AT_LEAST, 0, to_the_end, at + 4),  # a load past the end would end the filter with 0
            (_LOAD_KEPT, 0, 0, 0),
            (_TO_X, 0, 0, 0),
            (_LOAD_WORD, 0, 0, at),
            (_AND, 0, 0, _CASE),
            (_XOR_X, 0, 0, 0),
            (_MULTIPLY, 0, 0, _GOLDEN),
            (_KEEP, 0, 0, 0),
        ]
    return [
        (_LOAD_NUMBER, 0, 0, 0),
        (_KEEP, 0, 0, 0),
        *summed,
        (_LOAD_KEPT, 0, 0, 0),
        (_SHIFT_RIGHT, 0, 0, 16),
        (_MODULO, 0, 0, sockets),
        (_RETURN, 0, 0, 0),
    ]
