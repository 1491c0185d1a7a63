"""durable-rules as an engine, in its cage: the only module that imports it, and the C part alone.

Left to itself it compares strings and long numbers wrongly, holds the interpreter's lock for good over a rule of mere
absences, keeps what a failed match left behind for the next one, and frees memory that it never set; decision 0008
tells of each. So it is given conjunctions behind a guard, few at a time; small numbers under short names of ours; one
session and one fact, which is retracted whatever happens; and after any error it is thrown away and set up anew. What
fires is collected in bits, so that order and repetition mean nothing.
"""

import json
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from amends.application.engine_errors import EngineContradictionError, EngineFailedError, EngineUnavailableError
from amends.domain.facts import Facts, Vocabulary
from amends.engines.durable_forms import NAME, Says, Share, codes_of, conjunctions_of, divided
from amends.packs.conditions import Condition
from amends.resolution.matches import Matches

_SESSION: Final = "0"
_ID: Final = f'{{"sid":"{_SESSION}","id":"f"'
_RETRACTION: Final = f"{_ID}}}"
_PRIMING: Final = f'{_ID},"g":2}}'
_MATCHING: Final = f'{_ID},"g":1'
_OK: Final = 0
_NOT_HANDLED: Final = 1


class _MisbehavedError(Exception):
    """The C engine answered something that it should not."""


class _Ruleset:
    """Some of the conjunctions, in the C engine. For one thread at a time."""

    __slots__ = ("__weakref__", "_c", "_columns", "_free", "_handle", "_says")

    def __init__(self, c: Any, share: Share) -> None:  # noqa: ANN401  # a C module without types
        self._c = c
        names = {column: f"k{place}" for place, column in enumerate(share.columns)}
        self._columns = [(column, f',"{name}":') for column, name in names.items()]
        self._says: dict[str, Says] = {}
        rules = {"p": _rule({"g": 2})}
        for place, (conjunction, says) in enumerate(share.conjunctions.items()):
            terms = [{term.operator: {names[term.column]: term.number}} for term in conjunction]
            rules[f"r{place}"] = _rule({"$and": [{"g": 1}, *terms]} if terms else {"g": 1})
            self._says[f"r{place}"] = says
        self._handle: int = c.create_ruleset(NAME, json.dumps(rules))
        # Freeing reads what only firing sets: a ruleset that never fired is left to the process for good.
        if self._fired(_PRIMING) != ["p"]:
            raise _MisbehavedError("a new ruleset does not answer")
        self._free = weakref.finalize(self, _free, c, self._handle)
        self._free.atexit = False

    def match(self, codes: Sequence[int | None]) -> Iterable[Says]:
        """What the conjunctions that hold say, where column i has the number `codes[i]`."""
        known = [f"{name}{code}" for column, name in self._columns if (code := codes[column]) is not None]
        return [self._says[name] for name in self._fired(f"{_MATCHING}{''.join(known)}}}")]

    def close(self) -> None:
        """Give back the memory; a ruleset that nobody refers to any more does so by itself."""
        self._free()

    def _fired(self, fact: str) -> list[str]:
        """The rules that fire on the fact; whatever happens, it is taken back."""
        c, handle = self._c, self._handle
        try:
            status, session = c.assert_fact(handle, fact)
            if status == _NOT_HANDLED:
                return []
            if status != _OK:
                raise _MisbehavedError(f"a fact was answered with status {status}")
            fired: list[str] = []
            started = c.start_action_for_state(handle, session)
            found: str | None = started and started[1]
            while found is not None:
                if len(fired) > len(self._says):
                    raise _MisbehavedError("it fires more than it was given")
                # {"r17": ...: the rule's name, one of ours, and then the fact.
                fired.append(found[2 : found.index('"', 2)])
                found = c.complete_and_start_action(handle, session)
            return fired
        finally:
            c.retract_fact(handle, _RETRACTION)


class DurableMatcher:
    """One list of conditions. Threads may share it: they wait for one another."""

    __slots__ = ("_all", "_c", "_columns", "_failures", "_lock", "_rulesets", "_shares")

    def __init__(self, c: Any, conditions: Sequence[Condition], failures: "_Failures") -> None:  # noqa: ANN401  # as above
        codes = codes_of(conditions)
        self._c = c
        self._failures = failures
        self._shares = tuple(divided(conjunctions_of(conditions, codes)))
        self._columns = tuple(codes.columns)
        self._all = (1 << len(conditions)) - 1
        self._lock = threading.Lock()
        self._rulesets: list[_Ruleset] | None = None
        with self._watched():
            self._set_up()

    def match(self, facts: Facts) -> Matches:
        """What holds, and what is not denied. There is no witness: the engine does not say why neither is the case.

        EngineFailedError where the C engine broke down, EngineContradictionError where it denied what it confirmed.
        """
        codes = [read(facts) for read in self._columns]
        true = false = 0
        with self._lock, self._watched():
            for ruleset in self._set_up() if self._rulesets is None else self._rulesets:
                for says in ruleset.match(codes):
                    true |= says.true
                    false |= says.false
            if true & false:
                raise EngineContradictionError(NAME, _bits(true & false))
        return Matches(true, self._all & ~false)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except EngineContradictionError:
            self._throw_away()
            raise
        except Exception as error:
            self._throw_away()
            raise EngineFailedError(NAME, str(error), count=self._failures.add()) from error
        except BaseException:
            # An interruption may come between any two calls, and leave half a match behind.
            self._throw_away()
            raise

    def _set_up(self) -> list[_Ruleset]:
        self._rulesets = [_Ruleset(self._c, share) for share in self._shares]
        return self._rulesets

    def _throw_away(self) -> None:
        rulesets, self._rulesets = self._rulesets or [], None
        for ruleset in rulesets:
            ruleset.close()


class DurableEngine:
    """Compiles conditions into rulesets of durable-rules; EngineUnavailableError where that cannot be imported."""

    __slots__ = ("_c", "_failures")

    def __init__(self) -> None:
        try:
            import durable_rules_engine
        except ImportError as error:
            raise EngineUnavailableError(NAME, str(error)) from None
        self._c: Any = durable_rules_engine
        self._failures = _Failures()

    @property
    def failures(self) -> int:
        """How often a match of this engine broke down."""
        return self._failures.count

    def compile(self, vocabulary: Vocabulary, conditions: Sequence[Condition]) -> DurableMatcher:  # noqa: ARG002  # a port
        """A matcher; ConditionTooLargeError for a condition that is beyond what the C engine is given."""
        return DurableMatcher(self._c, conditions, self._failures)


class _Failures:
    """Counts, for all matchers of one engine."""

    __slots__ = ("_lock", "count")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.count = 0

    def add(self) -> int:
        with self._lock:
            self.count += 1
            return self.count


def _rule(expression: dict[str, Any]) -> dict[str, Any]:
    return {"all": [{"m": expression}]}


def _bits(number: int) -> tuple[int, ...]:
    return tuple(bit for bit in range(number.bit_length()) if number >> bit & 1)


def _free(c: Any, handle: int) -> None:  # noqa: ANN401  # a C module without types
    with suppress(c.error):
        c.delete_state(handle, _SESSION)
        c.delete_ruleset(handle)
