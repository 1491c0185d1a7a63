"""The role that a caller acts in: the one they name, and never a higher one than they are trusted with."""

from amends.packs.model import Pack


def acting_role(said: str, highest: str, pack: Pack) -> str:
    """`said` is a role of the pack; `highest` is what the caller is trusted with: empty, any.

    A pack that does not know that role trusts them as its first.
    """
    if not highest:
        return said
    roles = [one.role for one in pack.authority]
    trusted = roles.index(highest) if highest in roles else 0
    return roles[min(roles.index(said), trusted)]
