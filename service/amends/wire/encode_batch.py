"""The results of a batch as the bytes of a BatchDecideResponse, one after the other: an answer or an error."""

from typing import Final

from google.rpc import status_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.splice import delimited, delimited_text, serialised, tag

_RESULT: Final = tag(service_pb2.BatchDecideResponse.DESCRIPTOR, "results")
_CORRELATION_ID: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "correlation_id")
_RESPONSE: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "response")
_ERROR: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "error")


def answered(correlation_id: str, response: bytes) -> bytes:
    """The result of an item that was decided; `response` is its DecideResponse."""
    return delimited(_RESULT, delimited_text(_CORRELATION_ID, correlation_id) + delimited(_RESPONSE, response))


def refused(correlation_id: str, status: status_pb2.Status) -> bytes:
    """The result of an item that was not."""
    return delimited(_RESULT, delimited_text(_CORRELATION_ID, correlation_id) + delimited(_ERROR, serialised(status)))
