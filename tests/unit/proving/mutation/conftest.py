"""The folder of rules that each test writes its packs into."""

from pathlib import Path

import pytest

from tests.unit.proving.mutation.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)
