"""What a call costs at the very least: the same gRPC, loop and options as the service, and a ready answer.

Parses each request and serialises an answer of the service, read once from the file named on the command line. Logs as
the service does when ready.
"""

import asyncio
import gc
import sys
from pathlib import Path
from typing import Final

import grpc
import uvloop

from amends import log
from amends.config import load_settings
from amends.v1 import decision_service_pb2 as service_pb2

HOME: Final = "127.0.0.1"


async def main(response: service_pb2.DecideResponse) -> None:

    async def decide(raw: bytes, _context: object) -> bytes:
        service_pb2.DecideRequest.FromString(raw)
        return response.SerializeToString(deterministic=True)

    settings = load_settings({})
    server = grpc.aio.server(
        maximum_concurrent_rpcs=settings.max_concurrent_rpcs,
        options=(("grpc.so_reuseport", 0), ("grpc.max_receive_message_length", settings.max_request_bytes)),
    )
    handlers: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {"Decide": grpc.unary_unary_rpc_method_handler(decide)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("amends.v1.DecisionService", handlers),))
    port = server.add_insecure_port(f"{HOME}:0")
    await server.start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, *gc.get_threshold()[1:])
    log.get().info("ready", address=f"{HOME}:{port}")
    await asyncio.Event().wait()


if __name__ == "__main__":
    log.configure(level="info", console=False)
    uvloop.run(main(service_pb2.DecideResponse.FromString(Path(sys.argv[1]).read_bytes())))
