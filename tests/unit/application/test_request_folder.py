"""What a folder holds is asked for once, begins policies that have nothing, and is told apart by every byte."""

from amends.application.activation import ActivationState, Origin
from amends.application.fingerprint import fingerprint_of
from amends.application.request_folder import FolderPolicy, RequestFolder
from amends.storage.in_memory import MemoryActivations
from tests.fakes.clock import FakeClock
from tests.fakes.new_id import CountingNewId
from tests.unit.application.activating import source, texts


def found(version: str, policy: str = "default", *, compiles: bool = True) -> FolderPolicy:
    fingerprint = fingerprint_of("tiny", texts(version))
    digest = source(version).digest if compiles else ""
    return FolderPolicy(policy, "tiny", texts(version), fingerprint, digest, version if compiles else "")


def request(activations: MemoryActivations, heard: list[None]) -> RequestFolder:
    return RequestFolder(activations, clock=FakeClock(), new_id=CountingNewId(), on_news=lambda: heard.append(None))


async def test_a_policy_begins_with_what_the_folder_holds() -> None:
    """Where it compiles; the others wait for a pack that does. It is on record as any activation is."""
    activations, heard = MemoryActivations(), list[None]()
    folder = request(activations, heard)

    await folder.begin([found("1"), found("1", "broken", compiles=False)])
    asked = await folder([found("1"), found("1", "broken", compiles=False)])

    (begun,) = await activations.policies()
    activation = await activations.activation(begun.activation_id)
    assert activation is not None
    assert (activation.state, activation.origin, activation.version) == (ActivationState.LIVE, Origin.FOLDER, "1")
    assert [one.policy for one in asked] == ["broken"]
    assert len(heard) == 1


async def test_a_change_is_asked_for_once() -> None:
    """Whoever sees it; and a change back is a change."""
    activations, heard = MemoryActivations(), list[None]()
    folder = request(activations, heard)
    await folder.begin([found("1")])

    counts = [len(await folder([found(version)])) for version in ("1", "2", "2", "1", "1")]

    assert counts == [0, 1, 0, 1, 0]
    assert len(heard) == 2


def test_every_byte_and_every_name_tells_files_apart() -> None:
    """Nor can a part of one file be taken for a part of another."""
    files = {"a": {"x.yaml": b"1", "y.yaml": b"2"}}
    others = [
        {"a": {"x.yaml": b"1", "y.yaml": b"3"}},
        {"a": {"x.yaml": b"1", "z.yaml": b"2"}},
        {"a": {"x.yaml": b"12", "y.yaml": b""}},
        {"a": {"x.yamly.yaml": b"12"}},
        {"a": {"x.yaml": b"1"}, "b": {"y.yaml": b"2"}},
        {"a": files["a"], "b": {}},
    ]

    prints = {fingerprint_of("a", each) for each in (files, *others)} | {fingerprint_of("b", files)}

    assert len(prints) == len(others) + 2
    assert fingerprint_of("a", {"a": dict(reversed(files["a"].items()))}) == fingerprint_of("a", files)
