"""The results of a batch as the bytes of a BatchDecideResponse, one after the other, and those of a stream."""

from typing import Final

from google.rpc import status_pb2

from amends.v1 import decision_service_pb2 as service_pb2
from amends.wire.splice import delimited, delimited_text, serialised, tag

_RESULT: Final = tag(service_pb2.BatchDecideResponse.DESCRIPTOR, "results")
_CORRELATION_ID: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "correlation_id")
_RESPONSE: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "response")
_ERROR: Final = tag(service_pb2.BatchDecideResult.DESCRIPTOR, "error")


_STREAMED_ID: Final = tag(service_pb2.StreamDecideResponse.DESCRIPTOR, "correlation_id")
_STREAMED_RESPONSE: Final = tag(service_pb2.StreamDecideResponse.DESCRIPTOR, "response")
_STREAMED_ERROR: Final = tag(service_pb2.StreamDecideResponse.DESCRIPTOR, "error")


def answered(correlation_id: str, response: bytes) -> bytes:
    """The result of an item that was decided; `response` is its DecideResponse."""
    return delimited(_RESULT, delimited_text(_CORRELATION_ID, correlation_id) + delimited(_RESPONSE, response))


def refused(correlation_id: str, status: status_pb2.Status) -> bytes:
    """The result of an item that was not."""
    return delimited(_RESULT, delimited_text(_CORRELATION_ID, correlation_id) + delimited(_ERROR, serialised(status)))


def streamed(correlation_id: str, response: bytes) -> bytes:
    """The StreamDecideResponse of a situation that was decided; `response` is its DecideResponse."""
    return delimited_text(_STREAMED_ID, correlation_id) + delimited(_STREAMED_RESPONSE, response)


def streamed_refusal(correlation_id: str, status: status_pb2.Status) -> bytes:
    """The StreamDecideResponse of a situation that was not."""
    return delimited_text(_STREAMED_ID, correlation_id) + delimited(_STREAMED_ERROR, serialised(status))
