"""How hard the property tests try: AMENDS_TEST_EXAMPLES raises the number of examples for a long run."""

import os
from typing import Final

from hypothesis import HealthCheck, Phase, settings

SHRINKS: Final = os.environ.get("AMENDS_TEST_SHRINK", "yes") == "yes"
"""Whether a failure is made small and kept for the next run; where it is expected, neither is of use."""
EXAMPLES: Final = int(os.environ.get("AMENDS_TEST_EXAMPLES", "300"))

# A whole pack is a large example by nature; the machine's speed is not what these tests judge.
thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=tuple(Phase) if SHRINKS else (Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
repeatable = settings(thorough, max_examples=300, derandomize=True, database=None)
"""For statements about how often something occurs: the same examples in every run."""
