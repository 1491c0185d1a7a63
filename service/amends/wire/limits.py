"""The sizes that a request may have. The contract's comments state the same figures; each has its reason here."""

from typing import Final

ID_CHARACTERS: Final = 128
"""Identifiers, codes and names: thrice a UUID, and short enough to be indexed by every database."""

TEXT_CHARACTERS: Final = 1_000
"""Free text that a rule may compare: rules compare whole values, and nobody compares an essay."""

SET_MEMBERS: Final = 100
"""Members of a set, repetitions counted: a helpdesk carries tens of tags for a case, not thousands."""

DECLARED_FACTS: Final = 256
"""Entries of `facts`, `unobtainable` and `fact_sources`: several times what the largest packs declare."""

GRANTED_ACTIONS: Final = 200
"""What one case was given before: a case that got more is no single case."""

GRANTED_PARAMETERS: Final = 32
"""Parameters of one granted action: several times what any kind has."""

DECIMAL_DIGITS: Final = 28
"""Digits of a decimal: what the standard decimal context holds exactly."""

DECIMAL_EXPONENT: Final = 28
"""Powers of ten by which a decimal may be away from 1: a short text must not stand for a gigabyte of digits."""

MONEY_MINOR_UNITS: Final = 10**15
"""Minor units of one amount: ten trillion dollars, and thousands of such amounts still add up within 64 bits."""

NANOS_LEAST: Final = -(2**63)
NANOS_MOST: Final = 2**63 - 1
"""Durations and moments in nanoseconds fit 64 bits, as columns hold them: 292 years, and the years 1677 to 2262."""

CLOCK_AHEAD: Final = 5 * 60 * 1_000_000_000
"""Nanoseconds that `observe_time` may be ahead of the server's clock: clocks differ, but nothing is seen tomorrow."""

PACK_FILES: Final = 1_000
"""Files of a pack that is sent to be checked: as many as are read of a folder."""

PACK_PATH_CHARACTERS: Final = 200
"""A file's path within its pack: themes a few folders deep."""

TRIED_SITUATIONS: Final = 500
"""Situations that are tried on a pack which need not be live: a map of twenty values by twenty, and room."""

COMPARED_EXAMPLES: Final = 100
"""Situations that are shown of those which two packs decide differently: who reads so many has understood."""

BATCH_ITEMS: Final = 1_000
"""Items of a batch: about a tenth of a second of work, so that no call holds a worker for long."""

DRAFT_CHARACTERS: Final = 100_000
"""A draft of a reply: far beyond what anybody sends, and checked within a tenth of a second."""
