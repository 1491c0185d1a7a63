"""Waiting for what the event loop does by itself."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], object]) -> None:
    """Look at every turn of the loop; a test that waits in vain is ended by its timeout."""
    while not happened():  # noqa: ASYNC110 -- what is looked at knows of no event
        await asyncio.sleep(0)
