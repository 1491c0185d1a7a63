"""The access file: who may call, how they prove who they are, and what they may do. TOML; read whole or not at all.

What stands in it is written in docs/operations.md. No message quotes a value of it.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from amends.domain.identity import Identity, Permission
from amends.server.api_keys import KeptKey, read_kept

ALL_POLICIES: Final = "*"

_LARGEST_FILE: Final = 1024 * 1024
_Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=128)]
_Algorithm: TypeAlias = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]


class AccessFileError(Exception):
    """The file cannot be used; `problems` are all that is wrong with it, a line each, and hold nothing secret."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TokenIssuer(_Strict):
    """Who issues the tokens that are taken, for whom, signed how, and where the keys to check that are: URL or file.

    Algorithms of one shared secret are not to be had: who can check such a token can make one.
    """

    issuer: _Name
    audience: _Name
    jwks: _Name
    algorithms: Annotated[tuple[_Algorithm, ...], Field(min_length=1)]
    claim: _Name = "sub"
    leeway_seconds: int = Field(default=30, ge=0, le=300)


class _Caller(_Strict):
    name: _Name
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1)]
    policies: Annotated[tuple[_Name, ...], Field(min_length=1)]
    api_keys: tuple[str, ...] = ()
    certificates: tuple[_Name, ...] = ()
    tokens: tuple[_Name, ...] = ()
    role: str = Field(default="", max_length=128)
    calls_per_second: float | None = Field(default=None, gt=0, le=1_000_000)


class _File(_Strict):
    identity: Annotated[tuple[_Caller, ...], Field(min_length=1)]
    jwt: TokenIssuer | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity and its calls a second, over all workers; None: as many as come."""

    identity: Identity
    calls_per_second: float | None


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call, by what proves it: keys by their ids, names of certificates, subjects of tokens."""

    keys: Mapping[str, tuple[KeptKey, Caller]]
    certificates: Mapping[str, Caller]
    tokens: Mapping[str, Caller]
    issuer: TokenIssuer | None


def read_access(path: Path) -> Access:
    """The access that a file gives; AccessFileError with everything that is wrong with it."""
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST_FILE:
            raise AccessFileError((f"{path}: more than {_LARGEST_FILE} bytes",))
        file = _File.model_validate(tomllib.loads(raw.decode()))
    except OSError as error:
        raise AccessFileError((f"{path}: {error.strerror}",)) from None
    except UnicodeDecodeError:
        raise AccessFileError((f"{path}: not UTF-8",)) from None
    except tomllib.TOMLDecodeError as error:
        raise AccessFileError((f"{path}: not TOML: {error}",)) from None
    except ValidationError as error:
        raise AccessFileError(tuple(_problem(path, one["loc"], one["msg"]) for one in error.errors())) from None
    problems = tuple(f"{path}: {problem}" for problem in _problems(file))
    if problems:
        raise AccessFileError(problems)
    return _access(file)


def _problem(path: Path, place: Iterable[str | int], message: str) -> str:
    """Where it is, counted from 1 as people count; never what was written there, which may be a secret."""
    words = [f"[{part + 1}]" if isinstance(part, int) else str(part) for part in place]
    return f"{path}: {'.'.join(words).replace('.[', '[')}: {message}"


def _problems(file: _File) -> Iterable[str]:
    yield from _twice("name", (caller.name for caller in file.identity))
    yield from _twice("certificate", (name for caller in file.identity for name in caller.certificates))
    yield from _twice("token", (subject for caller in file.identity for subject in caller.tokens))
    kept = [read_kept(line) for caller in file.identity for line in caller.api_keys]
    yield from _twice("API key", (f"amk_{key.key_id}" for key in kept if key is not None))
    for caller in file.identity:
        for place, line in enumerate(caller.api_keys, start=1):
            if read_kept(line) is None:
                yield f"identity {caller.name!r}: api_keys[{place}] is not a line that `amends key` has printed"
        if caller.tokens and file.jwt is None:
            yield f"identity {caller.name!r} has tokens, and no [jwt] says who issues them"
        if not (caller.api_keys or caller.certificates or caller.tokens):
            yield f"identity {caller.name!r} has no api_keys, certificates or tokens: nobody can be it"
    if file.jwt is not None and file.jwt.jwks.startswith("http://"):
        yield "jwt.jwks: keys that travel in clear can be exchanged on the way: use https:// or a file"


def _twice(what: str, values: Iterable[str]) -> Iterable[str]:
    for value, count in Counter(values).items():
        if count > 1:
            yield f"the {what} {value!r} stands there {count} times: it would not be known whose it is"


def _access(file: _File) -> Access:
    callers = [(one, Caller(_identity(one), one.calls_per_second)) for one in file.identity]
    kept = [(read_kept(line), caller) for one, caller in callers for line in one.api_keys]
    return Access(
        keys={key.key_id: (key, caller) for key, caller in kept if key is not None},
        certificates={name: caller for one, caller in callers for name in one.certificates},
        tokens={subject: caller for one, caller in callers for subject in one.tokens},
        issuer=file.jwt,
    )


def _identity(caller: _Caller) -> Identity:
    policies = None if ALL_POLICIES in caller.policies else frozenset(caller.policies)
    return Identity(caller.name, frozenset(caller.permissions), policies, caller.role)
