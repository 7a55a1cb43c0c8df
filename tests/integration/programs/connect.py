"""Runs beside a container, in its network: tells which addresses accept a connection."""

import json
import socket
import sys

answers = []
for address, port in json.load(sys.stdin):
    try:
        socket.create_connection((address, port), timeout=1).close()
        answers.append(True)
    except OSError:
        answers.append(False)
print(json.dumps(answers))  # noqa: T201 - this is its answer
