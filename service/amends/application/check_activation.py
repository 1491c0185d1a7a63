"""The use case of checking what was asked to go live: compiled, checked, tested, proved, and then live or refused.

It holds up nothing that decides: what takes long runs in programs of its own. A proof is kept by the pack's digest and
the semantics number, so that a pack which was proved once, as one to roll back to was, is live within a second.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from amends.application.activation import NOBODY, Activation, ActivationState, Findings, Origin, Proved
from amends.application.policy_ports import (
    Activations,
    Claimed,
    OutOfHand,
    Overtaken,
    PastCases,
    Proofs,
    Settlement,
    Trial,
    Tried,
    WentLive,
)
from amends.application.ports import Clock, PackStore, Prover
from amends.application.proof import Case, Proof
from amends.packs.model import Pack
from amends.packs.source import PackSource, SourceError, load_source
from amends.resolution.fill import SEMANTICS

MOST_TRIES: Final = 3
"""How often a check may be begun: one that took each of its workers with it will take the next."""

WITHDRAWN: Final = "what the policy began with turned out to be wrong, and there is nothing before it"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has set: whether a second person has to approve, and whether unverified packs may go live."""

    approvals: bool = False
    allow_unverified: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Where what is checked is kept."""

    activations: Activations
    packs: PackStore
    proofs: Proofs


class CheckActivation:
    """Checks activations that were claimed."""

    def __init__(  # noqa: PLR0913  # all ports, by name
        self, kept: Kept, *, trial: Trial, prover: Prover, past: PastCases, clock: Clock, rules: Rules, worker: str
    ) -> None:
        self._kept = kept
        self._trial = trial
        self._prover = prover
        self._past = past
        self._clock = clock
        self._rules = rules
        self._worker = worker

    async def __call__(self, claimed: Claimed) -> Activation | None:
        """The activation as it ends, or waits for approval; None where it was taken out of this worker's hands."""
        activation = claimed.activation
        if claimed.tries > MOST_TRIES:
            problem = f"its check was begun {MOST_TRIES} times, and none of the workers that did so came to its end"
            return await self._settle(activation, ActivationState.REFUSED, Findings((problem,)))
        tried = await self._tried(claimed)
        findings = tried.findings
        if tried.pack is None or tried.source is None or findings.problems:
            return await self._refuse(activation, findings, tried.source, is_wrong=tried.pack is not None)
        findings, is_wrong = await self._proved(activation, tried.pack, tried.cases, findings)
        if findings.problems:
            return await self._refuse(activation, findings, tried.source, is_wrong=is_wrong)
        # Kept before anything points to it.
        await self._kept.packs.add(tried.source)
        return await self._end(activation, findings, tried.source)

    async def _tried(self, claimed: Claimed) -> Tried:
        activation = claimed.activation
        if claimed.texts is not None:
            is_whole = activation.origin in {Origin.FOLDER, Origin.PROOF}
            return await self._trial(activation.pack_id, claimed.texts, is_whole=is_whole)
        source = await self._kept.packs.get(activation.digest)
        if source is None:
            return Tried(Findings((f"there is no rule pack of the digest {activation.digest}",)))
        try:
            pack = await asyncio.to_thread(load_source, source)
        except SourceError as error:
            return Tried(Findings((str(error),)), source=source)
        return Tried(Findings(), pack, source)

    async def _proved(
        self, activation: Activation, pack: Pack, cases: Iterable[Case], findings: Findings
    ) -> tuple[Findings, bool]:
        """The findings with what the proof says, and whether it shows that the pack is decided wrongly.

        One that is known already is not made again.
        """
        may_be_unverified = activation.allow_unverified or self._rules.allow_unverified
        known = await self._kept.proofs.proved(pack.digest, semantics=SEMANTICS)
        if known is None or not (known.independently_verified or may_be_unverified):
            past = await self._past(activation.policy, pack)
            proof = await asyncio.to_thread(self._prover.prove, pack, others=(*cases, *past))
            if not proof.agreed:
                found = replace(findings, engines=proof.engines, problems=tuple(_disagreement(proof)))
                return found, proof.disagreement is not None
            known = Proved(pack.digest, SEMANTICS, proof.engines, proof.situations, proof.independently_verified)
            await self._kept.proofs.keep(known, now=self._clock.now())
            if not (known.independently_verified or may_be_unverified):
                findings = replace(findings, problems=tuple(_unverified(proof)))
        agreed = replace(
            findings,
            engines=known.engines,
            situations_agreed=known.situations,
            independently_verified=known.independently_verified,
        )
        return agreed, False

    async def _refuse(
        self, activation: Activation, findings: Findings, source: PackSource | None, *, is_wrong: bool
    ) -> Activation | None:
        """Something is wrong with it, or with showing that nothing is."""
        settled = await self._settle(activation, ActivationState.REFUSED, findings, source)
        if settled is not None and activation.origin is Origin.PROOF:
            await self._tell_live(activation, findings, is_wrong=is_wrong)
        return settled

    async def _tell_live(self, proof: Activation, findings: Findings, *, is_wrong: bool) -> None:
        """What is live knows what came of its proof; what was never proved and is wrong decides no longer."""
        live = await self._live(proof)
        if live is None:
            return
        if is_wrong and not live.findings.situations_agreed:
            settlement = Settlement(
                ActivationState.REFUSED, self._clock.now(), by=NOBODY, reason=WITHDRAWN, findings=findings
            )
            await self._kept.activations.withdraw(live.activation_id, settlement)
        else:
            told = replace(live.findings, problems=findings.problems)
            await self._kept.activations.note(live.activation_id, told)

    async def _live(self, proof: Activation) -> Activation | None:
        """What the policy decides by, while that is what was proved."""
        pointed = {one.policy: one for one in await self._kept.activations.policies()}.get(proof.policy)
        if pointed is None or pointed.digest != proof.digest:
            return None
        return await self._kept.activations.activation(pointed.activation_id)

    async def _end(self, activation: Activation, findings: Findings, source: PackSource) -> Activation | None:
        """Nothing is wrong with it."""
        if activation.origin is Origin.PROOF and (live := await self._live(activation)) is not None:
            await self._kept.activations.note(live.activation_id, findings)
        if activation.validate_only:
            return await self._settle(activation, ActivationState.VALID, findings, source)
        if self._rules.approvals:
            return await self._settle(activation, ActivationState.AWAITING_APPROVAL, findings, source)
        settlement = Settlement(ActivationState.LIVE, self._clock.now(), findings=findings, pack=source)
        gone = await self._kept.activations.go_live(activation.activation_id, settlement, worker=self._worker)
        match gone:
            case WentLive():
                return gone.activation
            case Overtaken():
                problem = f"the activation {gone.by}, which was asked for later, is live already"
                return await self._settle(
                    activation, ActivationState.REFUSED, replace(findings, problems=(problem,)), source
                )
            case OutOfHand():
                return None

    async def _settle(
        self, activation: Activation, state: ActivationState, findings: Findings, source: PackSource | None = None
    ) -> Activation | None:
        settlement = Settlement(state, self._clock.now(), findings=findings, pack=source)
        return await self._kept.activations.settle(activation.activation_id, settlement, worker=self._worker)


def _disagreement(proof: Proof) -> Iterator[str]:
    if proof.unfinished:
        yield f"the proof did not come to its end: {proof.unfinished}"
    elif proof.disagreement is not None:
        found = proof.disagreement
        told = [f"the engines disagree on {found.about}:", *found.situation.splitlines()]
        for said in found.said:
            told += [f"{said.engine} says:", *(f"  {line}" for line in said.lines)]
        yield "\n".join(told)
    else:
        yield f"one engine alone proves nothing: {', '.join(proof.engines) or 'there is none'}"


def _unverified(proof: Proof) -> Iterator[str]:
    absent = "; ".join(f"{engine}: {why}" for engine, why in proof.absent.items())
    yield (
        "no engine that others wrote has verified it" + (f" ({absent})" if absent else "") + "; where that is to do, "
        "ask for it with allow_unverified"
    )
