"""A decision server that dies while it handles a call: run as a process, `dying_server.py PORT`.

It prints its port when it listens, and `handled` when a handler has a request, just before the process ends. Several
may listen on one port, so that a client which sends again finds somebody to send to.
"""

import os
import sys
from typing import NoReturn

import grpc

from amends.v1.decision_service_pb2 import DecideRequest
from tests.clients.scripted_server import ScriptedDecisions, serving


def die(_request: DecideRequest, _context: grpc.ServicerContext) -> NoReturn:
    print("handled", flush=True)  # noqa: T201  # what the test reads
    os._exit(1)


with serving(ScriptedDecisions(decide=die), port=int(sys.argv[1])) as address:
    print(address, flush=True)  # noqa: T201  # what the test reads
    sys.stdin.read()
