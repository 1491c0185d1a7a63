"""Runs a pack's written replies through the reply check, and measures it: how much of what it tells is right, and how
much of what a reader would tell it finds.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from amends.application.compiled_pack import CompiledPack
from amends.packs.reply_test import ReplyTest
from amends.replies.check import ReplyCheck
from amends.replies.held import Held


@dataclass(frozen=True, slots=True)
class ReplyTestResult:
    """One reply that was checked; `found` are the ids of what was told, each once."""

    test: ReplyTest
    found: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether that is what the test says."""
        return set(self.found) == set(self.test.finds)

    def render(self) -> str:
        """The test's place and name, and how they differ."""
        head = f"{self.test.position}: {self.test.name}"
        if self.passed:
            return f"{head}: passed"
        absent = sorted(set(self.test.finds) - set(self.found))
        beyond = sorted(set(self.found) - set(self.test.finds))
        lines = [*(f"  finds: expected {ident}, came not" for ident in absent)]
        return "\n".join([head, *lines, *(f"  finds: did not expect {ident}" for ident in beyond)])


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts over replies: of those with something to find, and of single findings. A known fault counts as one."""

    good: int
    bad: int
    good_with_findings: int
    bad_found: int
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of all findings, the share that a reader would tell too."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of all that a reader would tell, the share that is found."""
        return _share(self.right, self.right + self.missed)


def run_reply_tests(compiled: CompiledPack, tests: Iterable[ReplyTest]) -> tuple[ReplyTestResult, ...]:
    """Every reply, to what the pack decides on its situation."""
    checks: dict[str, ReplyCheck] = {}
    results = []
    for test in tests:
        check = checks.get(test.locale)
        if check is None:
            check = checks[test.locale] = ReplyCheck(compiled.pack, test.locale)
        decision = compiled.decide(test.situation, role=test.role).decision
        checked = check(test.draft, Held(decision.actions, decision.guardrails, test.situation))
        results.append(ReplyTestResult(test, tuple(dict.fromkeys(one.ident for one in checked.findings))))
    return tuple(results)


def measure(results: Iterable[ReplyTestResult]) -> Measured:
    """How good the phrases are on these replies, as far as those are like what people write."""
    found = tuple(results)
    pairs = [(_wanted(result), set(result.found)) for result in found]
    good = [came for wanted, came in pairs if not wanted]
    bad = [(wanted, came) for wanted, came in pairs if wanted]
    return Measured(
        good=len(good),
        bad=len(bad),
        good_with_findings=sum(bool(came) for came in good),
        bad_found=sum(bool(wanted & came) for wanted, came in bad),
        right=sum(len(wanted & came) for wanted, came in pairs),
        wrong=sum(len(came - wanted) for wanted, came in pairs),
        missed=sum(len(wanted - came) for wanted, came in pairs),
    )


def _wanted(result: ReplyTestResult) -> set[str]:
    """What a reader would tell."""
    test = result.test
    return (set(test.finds) - set(test.wrongly)) | set(test.misses)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
