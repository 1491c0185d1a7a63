"""The access file: read whole or not at all, everything wrong with it told at once, and nothing of it quoted."""

from pathlib import Path

import pytest

from amends.domain.identity import Permission
from amends.server.access_file import AccessFileError, read_access
from amends.server.api_keys import new_key

ISSUER = """
[jwt]
issuer = "https://login.example.com"
audience = "amends"
jwks = "{jwks}"
algorithms = ["{algorithm}"]

[[identity]]
name = "somebody"
tokens = ["somebody"]
permissions = ["read"]
policies = ["*"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_stands_in_it_is_who_may_call(tmp_path: Path) -> None:
    """Keys are found by their ids, certificates and tokens by their names, and all lead to the same caller."""
    kept = new_key().kept
    access = read_access(
        written(
            tmp_path,
            f"""
            [jwt]
            issuer = "https://login.example.com"
            audience = "amends"
            jwks = "keys.json"
            algorithms = ["RS256"]

            [[identity]]
            name = "helpdesk"
            api_keys = ["{kept}"]
            certificates = ["helpdesk.example.com"]
            tokens = ["helpdesk-service"]
            permissions = ["decide", "read"]
            policies = ["default", "airline"]
            role = "frontline"
            calls_per_second = 20

            [[identity]]
            name = "operations"
            certificates = ["ops.example.com"]
            permissions = ["publish"]
            policies = ["*"]
            """,
        )
    )

    key_id = kept.split(":", maxsplit=1)[0].removeprefix("amk_")
    helpdesk = access.certificates["helpdesk.example.com"]
    assert access.keys[key_id][1] == helpdesk == access.tokens["helpdesk-service"]
    assert helpdesk.calls_per_second == 20
    assert helpdesk.identity.permissions == {Permission.DECIDE, Permission.READ}
    assert helpdesk.identity.policies == frozenset({"default", "airline"})
    assert access.certificates["ops.example.com"].identity.policies is None
    assert access.issuer is not None
    assert access.issuer.claim == "sub"


def test_everything_wrong_is_told_at_once_and_nothing_is_quoted(tmp_path: Path) -> None:
    """Each line says where; a key that was pasted in place of its hash does not get into a message."""
    key = new_key().key
    path = written(
        tmp_path,
        f"""
        [[identity]]
        name = "one"
        api_keys = ["{key}"]
        permissions = ["decide"]
        policies = ["*"]

        [[identity]]
        name = "one"
        tokens = ["somebody"]
        permissions = ["decide"]
        policies = ["*"]

        [[identity]]
        name = "two"
        permissions = ["read"]
        policies = ["*"]
        """,
    )

    with pytest.raises(AccessFileError) as caught:
        read_access(path)

    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 4
    for part in ("the name 'one'", "api_keys[1]", "no [jwt]", "'two' has no api_keys"):
        assert part in told
    assert key not in told
    assert key[-20:] not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "identity"),
        ("identity = 3", "identity"),
        ("[[identity]]\nname = 'a'\npermissions = ['all']\npolicies = ['*']\n", "identity[1].permissions[1]"),
        ("[[identity]]\nname = 'a'\npermission = ['read']\npolicies = ['*']\n", "identity[1].permission"),
        ("[[identity", "not TOML"),
        (ISSUER.format(jwks="http://login.example.com/keys", algorithm="RS256"), "https://"),
        (ISSUER.format(jwks="keys.json", algorithm="HS256"), "jwt.algorithms[1]"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A typing error gives nobody access, and takes away none: the file counts whole or not at all."""
    with pytest.raises(AccessFileError) as caught:
        read_access(written(tmp_path, text))

    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By its path and the system's words."""
    with pytest.raises(AccessFileError, match="No such file"):
        read_access(tmp_path / "none.toml")
