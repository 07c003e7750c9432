#!/usr/bin/env python3
"""A chip that is no My Number Card, in vpcd's reader: other_card.py. It knows no application (6A82), whatever is selected."""
import socket
import struct

POWER_OFF, POWER_ON, RESET, ANSWER_TO_RESET = b"\0", b"\1", b"\2", b"\4"


def exactly(reader, size):
    data = b""
    while len(data) < size:
        more = reader.recv(size - len(data))
        if not more:
            raise SystemExit(0)
        data += more
    return data


with socket.create_connection(("127.0.0.1", 0x8C7B)) as vpcd:
    while True:
        message = exactly(vpcd, struct.unpack(">H", exactly(vpcd, 2))[0])
        if message in (POWER_OFF, POWER_ON, RESET):
            continue
        answer = bytes.fromhex("3B80800101") if message == ANSWER_TO_RESET else bytes.fromhex("6A82")
        vpcd.sendall(struct.pack(">H", len(answer)) + answer)
