"""Prints one hash over the bytes of the decisions of all written cases: `python decide_cases.py RULES ENGINE`.

A program of its own, so that a test can compare processes, hash seeds, engines and folders of rules.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

from amends.application.compiled_pack import CompiledPack
from amends.bootstrap.engines import make_engine
from amends.config import EngineName
from amends.packs.load import load_pack
from amends.packs.situation_file import read_heading, read_situation
from amends.wire.encode import Encoder

CASES: Final = Path(__file__).parents[2] / "examples" / "cases"
NOON: Final = 1_767_528_000_000_000_000


def main(rules: Path, engine: str) -> None:
    made = make_engine(EngineName(engine))
    packs = ("airline", "foundation", "retail", "saas", "starter")
    compiled = {pack_id: CompiledPack(load_pack(rules, pack_id), made) for pack_id in packs}
    encoder = Encoder(software_version="")
    found = hashlib.sha256()
    for file in sorted(CASES.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        pack = compiled[read_heading(text, file=file.name).policy]
        situation = read_situation(text, file=file.name, pack=pack.pack, default_observe_time=NOON)
        # Twice: a plan and a message that are remembered give what they gave when they were new; and once in full.
        for full in (False, True, False):
            resolved = pack.decide(situation, role=pack.pack.authority[-1].role, explain_full=full)
            found.update(encoder.decision(resolved))
    sys.stdout.write(found.hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
