"""Facts on which given atoms hold: how a condition is met, on its bounds, with nothing said that it does not ask."""

from collections.abc import Iterator, Mapping, Sequence

from amends.domain.facts import Facts, FactSpec, Value
from amends.packs.conditions import Atom, Condition, Present, Within, atom_paths, atoms, evaluate, evaluate_atom
from amends.proving.boundary_values import boundary_values


def holding(conjunct: Sequence[Atom], known: Facts, specs: Mapping[str, FactSpec], *, now: int) -> Facts | None:
    """What is known, completed or changed so that every atom holds; None where no way was found."""
    facts = dict(known)
    for path in dict.fromkeys(atom.path for atom in conjunct if not isinstance(atom, Within)):
        asked = [atom for atom in conjunct if atom.path == path and not isinstance(atom, Within)]
        if Present(path, expected=False) in asked:
            facts.pop(path, None)
            continue
        values = boundary_values(specs[path], asked)
        fitting = (value for value in values if all(evaluate_atom(atom, {path: value}) for atom in asked))
        value = next(fitting, None)
        if value is None:
            return None
        facts[path] = value
    for atom in conjunct:
        if isinstance(atom, Within):
            fitted = ({**facts, **change} for change in distances(atom, facts, now=now))
            facts = next((one for one in fitted if evaluate_atom(atom, one)), facts)
    return facts if "observe_time" in facts and all(evaluate_atom(atom, facts) for atom in conjunct) else None


def clear_of(
    others: Sequence[Condition], held: Facts, conjunct: Sequence[Atom], specs: Mapping[str, FactSpec]
) -> Facts:
    """The facts with others changed or said, so that as many of the other conditions as can be are false; what the
    conjunct asks for stays.
    """
    facts = dict(held)
    asked = {path for atom in conjunct for path in atom_paths(atom)}
    for other in others:
        if evaluate(other, facts) is False:
            continue
        for path in dict.fromkeys(atom.path for atom in atoms(other) if atom.path not in asked):
            about = [atom for atom in atoms(other) if atom.path == path]
            tried = ({**facts, path: value} for value in boundary_values(specs[path], about))
            cleared = next((one for one in tried if evaluate(other, one) is False), None)
            if cleared is not None:
                facts = cleared
                break
    return facts


def distances(atom: Within, known: Facts, *, now: int) -> Iterator[Mapping[str, Value]]:
    """The two dates as far apart as the span, not at all, and a nanosecond more and less.

    The moment of observation stays where it is, if it is one of the two.
    """
    for distance in (0, atom.span, 1, atom.span - 1, atom.span + 1, -1):
        apart = distance if atom.ahead else -distance
        fixed = known.get(atom.of, now)
        if atom.path == "observe_time":
            fixed = known.get(atom.path, now)
            assert isinstance(fixed, int)  # dates, by the vocabulary
            yield {atom.path: fixed, atom.of: fixed - apart}
        else:
            assert isinstance(fixed, int)  # as above
            yield {atom.of: fixed, atom.path: fixed + apart}
