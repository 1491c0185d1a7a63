"""The bitmap's witness tells apart what a memo of plans must not mix up (see `amends.resolution.matches`)."""

from itertools import product
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from amends.domain.facts import Value
from amends.domain.money import Money
from amends.engines.bitmap import BitmapEngine
from amends.packs.conditions import unknown_paths
from amends.packs.model import Pack
from amends.resolution.matches import Matches
from tests.agreement.effort import repeatable, thorough
from tests.agreement.generators import branching, packs

VALUES: Final[dict[str, tuple[Value, ...]]] = {
    "facts.price": tuple(Money(currency, units) for currency in ("USD", "EUR", "JPY") for units in (500, 502)),
    "amount_paid": (Money("USD", 0), Money("EUR", 10_001)),
    "severity": ("low", "high", "critical"),
    "obvious_mistake": (False, True),
    "facts.count": (0, 7),
}
PATHS: Final = tuple(VALUES)


def waiting(pack: Pack, paths: frozenset[str]) -> dict[Matches, set[tuple[frozenset[str], ...]]]:
    """Match -> what its undetermined rules wait for, in every situation in which just these facts are known."""
    matcher = BitmapEngine().compile(pack.vocabulary, pack.conditions)
    result: dict[Matches, set[tuple[frozenset[str], ...]]] = {}
    known = sorted(paths)
    for values in product(*(VALUES[path] for path in known)):
        facts = dict(zip(known, values, strict=True))
        result.setdefault(matcher.match(facts), set()).add(
            tuple(unknown_paths(rule.when, facts) for rule in pack.rules),
        )
    return result


def branching_packs() -> st.SearchStrategy[Pack]:
    """One or two rules that stay open in many ways."""
    return packs(when=branching(PATHS), most=2)


@thorough
@given(pack=branching_packs(), paths=st.frozensets(st.sampled_from(PATHS), max_size=4))
def test_equal_matches_wait_for_equal_facts(pack: Pack, paths: frozenset[str]) -> None:
    """With the same facts known, equal matches leave the same missing facts in every undetermined rule."""
    assert all(len(waits) == 1 for waits in waiting(pack, paths).values())


def test_true_and_may_alone_would_not_do() -> None:
    """The generated packs hold what the witness is for: the same rules undetermined, for want of other facts."""
    mixed = 0

    @repeatable
    @given(pack=branching_packs(), paths=st.frozensets(st.sampled_from(PATHS), max_size=4))
    def count(pack: Pack, paths: frozenset[str]) -> None:
        nonlocal mixed
        without: dict[tuple[int, int], set[tuple[frozenset[str], ...]]] = {}
        for match, waits in waiting(pack, paths).items():
            without.setdefault((match.true, match.may), set()).update(waits)
        mixed += any(len(waits) > 1 for waits in without.values())

    count()
    assert mixed >= 5
