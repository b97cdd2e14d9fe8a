"""Listens on the port it is given, says so, and tells its environment to whoever connects."""

from __future__ import annotations

import json
import os
import socket
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listening:
    print("listening", flush=True)
    while True:
        connection, _address = listening.accept()
        with connection:
            connection.sendall(json.dumps({"pid": os.getpid(), **os.environ}).encode())
