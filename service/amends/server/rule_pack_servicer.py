"""The RulePackService: shows what is loaded, and has checked what is sent."""

import asyncio

from amends.application.catalog import Catalog, Policies
from amends.application.find_texts import FindTexts
from amends.application.standing import Standings
from amends.domain.identity import Identity
from amends.server.answering import Call
from amends.server.pack_checks import PackChecks
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_check_request import decode_check_request
from amends.wire.decode_pack_request import decode_files_request, decode_get_request, decode_list_request
from amends.wire.encode_pack import encode_pack, encode_pack_in_short, encode_permissions, encode_standing
from amends.wire.encode_pack_files import encode_files
from amends.wire.encode_pack_words import write_words


class RulePackServicer:
    """Answers ListRulePacks, GetRulePack, GetRulePackFiles and CheckRulePack."""

    def __init__(self, catalog: Policies, checks: PackChecks, texts: FindTexts, standings: Standings) -> None:
        self._catalog = catalog
        self._checks = checks
        self._texts = texts
        self._standings = standings

    def list_rule_packs(
        self, request: service_pb2.ListRulePacksRequest, call: Call
    ) -> service_pb2.ListRulePacksResponse:
        """A page of packs, in short."""
        catalog = self._catalog.pinned()
        page = decode_list_request(request, _seen_by(call.identity, catalog))
        return service_pb2.ListRulePacksResponse(
            rule_packs=[
                encode_pack_in_short(
                    catalog.pack(name).pack, name=name, policies=_policies(name, call.identity, catalog)
                )
                for name in page.pack_ids
            ],
            next_page_token=page.next_page_token,
            policy_statuses=[
                encode_standing(one)
                for one in self._standings()
                if call.identity.policies is None or one.policy in call.identity.policies
            ],
            permissions=encode_permissions(call.identity),
        )

    async def get_rule_pack(
        self, request: service_pb2.GetRulePackRequest, call: Call
    ) -> service_pb2.GetRulePackResponse:
        """One pack, whole; in words, where they are asked for."""
        catalog = self._catalog.pinned()
        name = decode_get_request(request, _seen_by(call.identity, catalog))
        pack = catalog.pack(name).pack
        call.fields["pack_digest"] = pack.digest
        rule_pack = encode_pack(pack, name=name, policies=_policies(name, call.identity, catalog))
        if request.view == service_pb2.RULE_PACK_VIEW_WORDS:
            # Tenths of a second for a large pack, which other calls need not wait for.
            await asyncio.to_thread(write_words, rule_pack, pack, locale=request.locale)
        return service_pb2.GetRulePackResponse(rule_pack=rule_pack)

    async def get_rule_pack_files(
        self, request: service_pb2.GetRulePackFilesRequest, call: Call
    ) -> service_pb2.GetRulePackFilesResponse:
        """The files of one pack, as far as they are there."""
        catalog = self._catalog.pinned()
        digest = catalog.pack(decode_files_request(request, _seen_by(call.identity, catalog))).pack.digest
        call.fields["pack_digest"] = digest
        return encode_files(await self._texts(digest), digest=digest)

    async def check_rule_pack(
        self, request: service_pb2.CheckRulePackRequest, call: Call
    ) -> service_pb2.CheckRulePackResponse:
        """Everything that is wrong with the files of a pack."""
        decode_check_request(request)  # what is wrong with the request is told without a program of its own
        checked = await self._checks(request.SerializeToString())
        response = service_pb2.CheckRulePackResponse.FromString(checked)
        call.fields["pack_digest"] = response.digest
        return response


def _policies(name: str, identity: Identity, catalog: Catalog) -> tuple[str, ...]:
    """The policies that point to the pack, of those that they may see."""
    policies = catalog.policies_of(name)
    return tuple(one for one in policies if identity.policies is None or one in identity.policies)


def _seen_by(identity: Identity, catalog: Catalog) -> tuple[str, ...]:
    """The packs that they may see: those by which their policies decide."""
    return tuple(one for one in catalog.packs if identity.policies is None or _policies(one, identity, catalog))
