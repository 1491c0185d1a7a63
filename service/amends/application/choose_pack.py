"""Which pack somebody means: the one that a policy is decided by, one that is loaded or kept, or files of their own."""

from dataclasses import dataclass
from typing import TypeAlias

from amends.application.activation_errors import UnknownDigestError
from amends.application.catalog import Catalog, Policies
from amends.application.find_texts import FindTexts, PackTexts
from amends.domain.identity import Identity
from amends.packs.files import SentFiles


@dataclass(frozen=True, slots=True)
class OfPolicy:
    """The pack that decides a policy now."""

    policy: str


@dataclass(frozen=True, slots=True)
class OfDigest:
    """A pack that is loaded or kept."""

    digest: str


PackChoice: TypeAlias = OfPolicy | OfDigest | SentFiles


class ChoosePack:
    """Finds the texts of what is meant."""

    __slots__ = ("_policies", "_texts")

    def __init__(self, policies: Policies, texts: FindTexts) -> None:
        self._policies = policies
        self._texts = texts

    async def __call__(self, choice: PackChoice, identity: Identity) -> SentFiles | PackTexts:
        """The files that were sent, or the texts of what the server has.

        UnknownPolicyError, UnknownDigestError: also for what the caller may not see. LogUnavailableError.
        """
        if isinstance(choice, SentFiles):
            return choice
        catalog = self._policies.pinned()
        digest = catalog.pin(choice.policy).pack.digest if isinstance(choice, OfPolicy) else choice.digest
        if isinstance(choice, OfDigest) and not _is_seen(digest, catalog, identity):
            raise UnknownDigestError(digest)
        found = await self._texts(digest)
        if found is None:
            raise UnknownDigestError(digest)
        return found


def _is_seen(digest: str, catalog: Catalog, identity: Identity) -> bool:
    """Of packs by which nothing is decided nobody knows whose they are: only who may see all policies sees them."""
    if identity.policies is None:
        return True
    decided = (catalog.pin(one) for one in identity.policies & catalog.policies.keys() if _decides(one, catalog))
    return any(compiled.pack.digest == digest for compiled in decided)


def _decides(policy: str, catalog: Catalog) -> bool:
    return catalog.policies[policy] in catalog.packs
