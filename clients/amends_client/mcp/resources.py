"""The resources: what an agent may read of packs, policies and the vocabulary with its questions. All as JSON."""

import json
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from amends_client.aio import AsyncAmendsClient
from amends_client.errors import AmendsError, NotFound
from amends_client.mcp.settings import AgentSettings
from amends_client.mcp.sort_actions import member_name
from amends_client.messages import FactType, PolicyState, RulePack

_COLLECTION: Final = "rulePacks/"
_USUAL_POLICY: Final = "default"


class AgentResources:
    """What can be read of the service."""

    def __init__(self, client: AsyncAmendsClient, settings: AgentSettings) -> None:
        self._client = client
        self._settings = settings

    async def packs(self) -> str:
        """The rule packs that decide, without their rules."""
        return _json([MessageToDict(pack, preserving_proto_field_name=True) for pack in await self._packs()])

    async def pack(self, pack_id: str) -> str:
        """One rule pack with its facts and rules."""
        return _json(MessageToDict(await self._pack(pack_id), preserving_proto_field_name=True))

    async def policies(self) -> str:
        """The policies, the pack by which each is decided, and which one this server asks."""
        try:
            standings = await self._client.policy_statuses()
        except AmendsError as error:
            raise ResourceError(error.message) from error
        by_policy = {policy: pack.pack_id for pack in await self._packs() for policy in pack.policies}
        told = [
            {"policy": one.policy, "state": member_name(PolicyState, one.state), "pack": by_policy.get(one.policy, "")}
            for one in standings
        ]
        return _json({"asked_here": self._settings.policy or _USUAL_POLICY, "policies": told})

    async def vocabulary(self, policy: str) -> str:
        """The facts that a policy knows, each with its type, its values, and how to ask a customer for it."""
        for pack in await self._packs():
            if policy in pack.policies:
                whole = await self._pack(pack.name.removeprefix(_COLLECTION))
                return _json({"policy": policy, "pack": pack.pack_id, "facts": _facts(whole)})
        raise ResourceNotFoundError(f"there is no policy {policy!r}")

    async def _packs(self) -> list[RulePack]:
        try:
            return await self._client.list_rule_packs()
        except AmendsError as error:
            raise ResourceError(error.message) from error

    async def _pack(self, pack_id: str) -> RulePack:
        try:
            return await self._client.get_rule_pack(pack_id)
        except NotFound as error:
            raise ResourceNotFoundError(error.message) from error
        except AmendsError as error:
            raise ResourceError(error.message) from error


def _facts(pack: RulePack) -> list[dict[str, Any]]:
    return [
        {
            "fact": spec.path,
            "type": member_name(FactType, spec.type),
            "ask": spec.question,
            **({"values": [*spec.values]} if spec.values else {}),
            **({"unit": spec.unit} if spec.unit else {}),
        }
        for spec in pack.facts
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
