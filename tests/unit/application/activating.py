"""The use cases of live policy on ports in memory: packs of one rule, trials and proofs that come to what is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from amends.application.activate_pack import ActivatePack, Wanted
from amends.application.activation import Activation, Findings, PackTexts, Person
from amends.application.approve_activation import ApproveActivation
from amends.application.catalog import Catalog
from amends.application.check_activation import CheckActivation, Kept, Rules
from amends.application.follow_policies import FollowPolicies
from amends.application.live_catalog import LiveCatalog
from amends.application.policy_ports import Tried
from amends.application.ports import Engine
from amends.application.proof import Case, CaseKind, Count, Disagreement, Proof
from amends.application.prove_live import ProveLive
from amends.application.request_folder import RequestFolder
from amends.domain.record import Actor
from amends.engines.reference import ReferenceEngine
from amends.packs.files import SentFiles
from amends.packs.load import load_sent
from amends.packs.model import Pack
from amends.packs.source import PackSource, source_of
from amends.resolution.fill import SEMANTICS
from amends.storage.in_memory import MemoryActivations, MemoryPackStore, MemoryProofs
from tests.fakes.clock import FakeClock
from tests.fakes.new_id import CountingNewId

ANNA = Person(Actor("anna"), "key-of-anna")
BERT = Person(Actor("bert"), "key-of-bert")
WORKER = "worker"
MINUTE = 60_000_000_000


def texts(version: str) -> dict[str, dict[str, bytes]]:
    """A pack of that version."""
    text = f"""\
pack: tiny
version: {version!r}
title: One rule
currency: USD
rules:
  - id: sorry
    title: Say sorry
    when: {{fault: company}}
    then: [{{apology: {{}}}}]
    because: {{agent: Ours ({version})., customer: Sorry.}}
"""
    return {"tiny": {"pack.yaml": text.encode()}}


def source(version: str) -> PackSource:
    """The pack of that version, as it is kept."""
    return source_of(load_sent([SentFiles("tiny", texts(version)["tiny"])]), "tiny")


def pack(version: str) -> Pack:
    """The pack of that version."""
    return load_sent([SentFiles("tiny", texts(version)["tiny"])]).packs["tiny"]


@dataclass(slots=True)
class FakeTrial:
    """Reads the pack here, and finds the problems that it is told to find."""

    problems: tuple[str, ...] = ()
    asked: list[tuple[str, bool]] = field(default_factory=list)

    async def __call__(self, pack_id: str, texts: PackTexts, *, is_whole: bool) -> Tried:
        self.asked.append((pack_id, is_whole))
        loaded = load_sent([SentFiles(name, files) for name, files in texts.items()])
        if pack_id not in loaded.packs:
            return Tried(Findings(("it does not compile",), loaded.diagnostics[pack_id]))
        findings = Findings(self.problems, tests_passed=2)
        return Tried(findings, loaded.packs[pack_id], source_of(loaded, pack_id))


@dataclass(slots=True)
class FakeProver:
    """Comes to what it is told: by default that three engines agree."""

    engines: tuple[str, ...] = ("reference", "bitmap", "durable")
    unfinished: str = ""
    disagreement: Disagreement | None = None
    proved: list[str] = field(default_factory=list)

    def prove(self, pack: Pack, *, others: Iterable[Case] = ()) -> Proof:
        self.proved.append(pack.version)
        list(others)
        counts = (Count(CaseKind.MAIN, 3, 3),)
        return Proof(
            pack.pack_id,
            pack.version,
            pack.digest,
            SEMANTICS,
            engines=self.engines,
            counts=counts,
            disagreement=self.disagreement,
            unfinished=self.unfinished,
        )


async def no_past(policy: str, pack: Pack) -> Sequence[Case]:  # noqa: ARG001 -- as the port
    """Nothing was decided before."""
    return ()


class Publishing:
    """One place where activations are kept, and a worker that checks them."""

    def __init__(self, rules: Rules | None = None, *, engine: Engine | None = None) -> None:
        self.activations = MemoryActivations()
        self.packs = MemoryPackStore()
        self.proofs = MemoryProofs()
        self.clock = FakeClock()
        self.trial = FakeTrial()
        self.prover = FakeProver()
        self.live = LiveCatalog(Catalog({}, {}))
        self.news = 0
        self.new_id = CountingNewId()
        self.activate = ActivatePack(
            self.activations, self.packs, clock=self.clock, new_id=self.new_id, on_news=self._on_news
        )
        self.approve = ApproveActivation(self.activations, clock=self.clock, on_news=self._on_news)
        self._engine = engine or ReferenceEngine()
        self.forget_ready()
        self.request = RequestFolder(self.activations, clock=self.clock, new_id=self.new_id, on_news=self._on_news)
        self._rules = rules or Rules()
        self.rewire()

    def forget_ready(self) -> None:
        """Follow as a process does that has nothing ready yet."""
        self.follow = FollowPolicies(self.activations, self.packs, live=self.live, engine=self._engine)

    def rewire(self) -> None:
        """Have what checks and proves use what is kept now."""
        self.prove = ProveLive(
            self.activations, self.proofs, clock=self.clock, new_id=self.new_id, on_news=self._on_news
        )
        self.check = CheckActivation(
            Kept(self.activations, self.packs, self.proofs),
            trial=self.trial,
            prover=self.prover,
            past=no_past,
            clock=self.clock,
            rules=self._rules,
            worker=WORKER,
        )

    async def upload(self, version: str, **said: object) -> Activation:
        """Ask for the pack of that version."""
        values = {"policy": "default", "by": ANNA, "reason": "r", "pack_id": "tiny", "fingerprint": version} | said
        return await self.activate(Wanted(texts=texts(version), **values))  # type: ignore[arg-type]  # any of its fields

    async def checked(self) -> Activation:
        """The next activation that waits, as its check leaves it."""
        claimed = await self.activations.claim(WORKER, now=self.clock.now(), until=self.clock.now() + MINUTE)
        assert claimed is not None
        settled = await self.check(claimed)
        assert settled is not None
        return settled

    async def went_live(self, version: str) -> Activation:
        """Ask for the pack of that version, check it, and follow."""
        await self.upload(version)
        settled = await self.checked()
        await self.follow()
        return settled

    def _on_news(self) -> None:
        self.news += 1
