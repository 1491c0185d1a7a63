"""How carefully a fact is to be handled: what a person sees of it who looks into the log, unless they ask for more.

Free words may hold anything about anybody, so a fact that takes them is personal unless its pack says otherwise.
"""

from typing import Final

from amends.domain.facts import FactSpec, FactType, Sensitivity

_BUILT_IN: Final = {
    "customer.country": Sensitivity.PERSONAL,
    "customer.time_zone": Sensitivity.PERSONAL,
    # Vulnerability may speak of health, the others of the law.
    "flags": Sensitivity.SPECIAL,
}
_DECLARED: Final = "facts."


def sensitivity_of(spec: FactSpec) -> Sensitivity:
    """What the pack says of the fact, else what its name and type say."""
    return spec.sensitivity or usual_sensitivity(spec.path, spec.type, has_values=bool(spec.values))


def usual_sensitivity(path: str, fact_type: FactType, *, has_values: bool) -> Sensitivity:
    """The sensitivity of a fact of which nothing else is said."""
    takes_any_words = fact_type in {FactType.TEXT, FactType.SET} and not has_values
    if path.startswith(_DECLARED):
        return Sensitivity.PERSONAL if takes_any_words else Sensitivity.NONE
    return _BUILT_IN.get(path, Sensitivity.NONE)
