"""How carefully facts are handled of which their pack says nothing."""

import pytest

from amends.domain.facts import FactSpec, FactType, Sensitivity
from amends.domain.sensitivity import sensitivity_of
from amends.domain.vocabulary import built_in_facts


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (FactSpec("facts.words", FactType.TEXT), Sensitivity.PERSONAL),
        (FactSpec("facts.words", FactType.SET), Sensitivity.PERSONAL),
        (FactSpec("facts.words", FactType.SET, values=("a", "b")), Sensitivity.NONE),
        (FactSpec("facts.days", FactType.INTEGER), Sensitivity.NONE),
        (FactSpec("facts.words", FactType.TEXT, sensitivity=Sensitivity.NONE), Sensitivity.NONE),
        (FactSpec("facts.days", FactType.INTEGER, sensitivity=Sensitivity.SPECIAL), Sensitivity.SPECIAL),
    ],
)
def test_free_words_are_personal_unless_the_pack_says_otherwise(spec: FactSpec, expected: Sensitivity) -> None:
    """They may hold anything about anybody; what is bounded may not."""
    assert sensitivity_of(spec) is expected


def test_built_in_facts_that_tell_of_a_person() -> None:
    """Where somebody lives, and what the law protects; nothing else of what is built in."""
    built_in = {spec.path: sensitivity_of(spec) for spec in built_in_facts(tiers=(), contact_reasons=())}
    assert {path: found for path, found in built_in.items() if found is not Sensitivity.NONE} == {
        "customer.country": Sensitivity.PERSONAL,
        "customer.time_zone": Sensitivity.PERSONAL,
        "flags": Sensitivity.SPECIAL,
    }
