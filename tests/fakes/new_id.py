"""A NewId that counts, so that a test can name the ids it expects."""


class CountingNewId:
    """00000000-0000-7000-8000-000000000001, then 2, and so on."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"00000000-0000-7000-8000-{self.given:012d}"
