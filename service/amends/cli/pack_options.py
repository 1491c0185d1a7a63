"""What commands on packs have in common: the options that name packs and the folder that holds them."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

PackNames: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="[PACK]...", help="The packs, by name or path; none: all.")
]
RulesOption: TypeAlias = Annotated[
    Path | None, typer.Option("--rules", help="The folder that holds the rule packs [AMENDS_RULES, else rules].")
]
