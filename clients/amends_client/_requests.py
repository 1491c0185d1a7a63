"""What goes over the wire and how a batch's answer is read: the part that the sync and the async client share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias, TypedDict
from uuid import uuid4

from amends_client._arguments import check_files, check_item, check_options, check_situation
from amends_client.errors import AmendsError, LogUnavailable, error_from_status
from amends_client.messages import (
    Actor,
    BatchDecideRequest,
    BatchDecideResponse,
    CheckRulePackRequest,
    DecideRequest,
    DecideResponse,
    Explain,
    GetRulePackRequest,
    PackChoice,
    PackFile,
    PackFiles,
    RulePackView,
    Situation,
)

REQUEST_ID_KEY: Final = "x-request-id"

BatchItem: TypeAlias = Situation | DecideRequest
"""A situation, or a request of its own where an item needs its own policy, actor or id."""


def new_request_id() -> str:
    """A fresh id for a request that was given none, so that an error can name one."""
    return str(uuid4())


class BatchOptions(TypedDict, total=False):
    """What a batch may say beside its items; it holds for the items that do not say it themselves."""

    policy: str
    explain: Explain.ValueType
    actor: Actor
    preview: bool


class DecideOptions(BatchOptions, total=False):
    """What a request may say beside its situation; the contract's `DecideRequest` tells what each means."""

    request_id: str
    supersedes: str


def decide_request(situation: Situation, options: DecideOptions) -> DecideRequest:
    """The request of one decision. TypeError: an argument of another type; ValueError: an option that there is not."""
    check_situation(situation)
    check_options(options)
    request = DecideRequest(situation=situation, **options)
    request.request_id = request.request_id or new_request_id()
    return request


def batch_request(items: Iterable[BatchItem], options: BatchOptions) -> BatchDecideRequest:
    """The request of a batch, every item with an id of its own and marked by its place. TypeError or ValueError as for
    a single one.
    """
    check_options(options)
    batch = BatchDecideRequest(**options)
    for place, item in enumerate(items):
        check_item(item)
        request = batch.items.add(correlation_id=str(place)).request
        if isinstance(item, DecideRequest):
            request.CopyFrom(item)
        else:
            request.situation.CopyFrom(item)
        request.request_id = request.request_id or new_request_id()
    return batch


def batch_results(request: BatchDecideRequest, response: BatchDecideResponse) -> list[DecideResponse | AmendsError]:
    """The answers in the order of the items: the envelope, or the error that `decide` would have raised."""
    return [
        error_from_status(result.error, request_id=item.request.request_id)
        if result.HasField("error")
        else result.response
        for item, result in zip(request.items, response.results, strict=True)
    ]


def batch_again(request: BatchDecideRequest, results: Sequence[DecideResponse | AmendsError]) -> BatchDecideRequest:
    """The items for which the server could not reach its log, each under its own id and mark: safe to be sent again."""
    again = BatchDecideRequest()
    again.CopyFrom(request)
    del again.items[:]
    again.items.extend(item for item in request.items if isinstance(results[int(item.correlation_id)], LogUnavailable))
    return again


def put_in_place(
    results: list[DecideResponse | AmendsError], again: BatchDecideRequest, response: BatchDecideResponse
) -> None:
    """The answers to items that were sent again, where their marks say."""
    for item, answer in zip(again.items, batch_results(again, response), strict=True):
        results[int(item.correlation_id)] = answer


def check_request(pack_id: str, files: Mapping[str, str | bytes]) -> CheckRulePackRequest:
    """The request of one check. TypeError where the files are no mapping of paths to contents."""
    return CheckRulePackRequest(pack_id=pack_id, files=_files(pack_id, files))


def sent_pack(pack_id: str, files: Mapping[str, str | bytes]) -> PackChoice:
    """The files of a pack by their paths in its folder, to be tested, tried or compared; `pack_files` reads those."""
    return PackChoice(files=PackFiles(pack_id=pack_id, files=_files(pack_id, files)))


def get_pack_request(pack_id: str, *, in_words: bool, locale: str) -> GetRulePackRequest:
    """The request of one pack, in short or in words."""
    view = RulePackView.RULE_PACK_VIEW_WORDS if in_words else RulePackView.RULE_PACK_VIEW_OUTLINE
    return GetRulePackRequest(name=f"rulePacks/{pack_id}", view=view, locale=locale)


def _files(pack_id: str, files: Mapping[str, str | bytes]) -> list[PackFile]:
    check_files(pack_id, files)
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return [PackFile(path=path, content=content) for path, content in contents.items()]


def metadata(request_id: str) -> tuple[tuple[str, str | bytes], ...]:
    """The headers of a call."""
    return ((REQUEST_ID_KEY, request_id),)
