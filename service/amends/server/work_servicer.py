"""The part of the RulePackService that works on packs which need not be live: decodes, asks who may, has it done.

Permission to publish for any policy lets a caller send files; of a policy it has to be for that one.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from amends.application.choose_pack import ChoosePack, OfPolicy, PackChoice
from amends.application.find_texts import PackTexts
from amends.domain.errors import FieldViolation, InvalidSituationError
from amends.domain.identity import Permission
from amends.packs.files import SentFiles
from amends.server.answering import Behaviour, Call
from amends.server.pack_checks import PackChecks
from amends.server.permissions import require
from amends.server.work_process import COMPARE, TESTS, TRY, work_request
from amends.v1 import rule_pack_service_pb2 as service_pb2
from amends.wire.decode_pack_choice import decode_compare, decode_run_tests, decode_try

MOST_REMEMBERED: Final = 16
"""Packs of which it is remembered what came of their tests: more than are ever live at once, some hundred KiB each."""


class WorkServicer:
    """Answers RunPackTests, TryRulePack and CompareRulePacks."""

    def __init__(self, choose: ChoosePack, checks: PackChecks) -> None:
        self._choose = choose
        self._checks = checks
        self._tested: dict[bytes, bytes] = {}

    def behaviours(self) -> Mapping[str, Behaviour]:
        """The methods by name."""
        return {
            "RunPackTests": self.run_pack_tests,
            "TryRulePack": self.try_rule_pack,
            "CompareRulePacks": self.compare_rule_packs,
        }

    async def run_pack_tests(self, request: service_pb2.RunPackTestsRequest, call: Call) -> bytes:
        """A RunPackTestsResponse. What came of the tests of a pack that the server has is remembered, boundedly."""
        pack = await self._chosen(decode_run_tests(request), call)
        asked = work_request(TESTS, service_pb2.RunPackTestsRequest(), pack)
        if isinstance(pack, SentFiles):
            # What it extends is read from the folder of packs, which may say something else the next time.
            return await self._done(asked)
        key = hashlib.sha256(asked).digest()
        answer = self._tested.pop(key, None) or await self._done(asked)
        # Put back last: what was not asked for longest goes first.
        self._tested[key] = answer
        if len(self._tested) > MOST_REMEMBERED:
            del self._tested[next(iter(self._tested))]
        return answer

    async def try_rule_pack(self, request: service_pb2.TryRulePackRequest, call: Call) -> bytes:
        """A TryRulePackResponse."""
        pack = await self._chosen(decode_try(request), call)
        call.fields["items"] = len(request.situations)
        request.ClearField("pack")  # sent beside it
        return await self._done(work_request(TRY, request, pack))

    async def compare_rule_packs(self, request: service_pb2.CompareRulePacksRequest, call: Call) -> bytes:
        """A CompareRulePacksResponse."""
        wanted = decode_compare(request)
        before, after = await self._chosen(wanted.before, call), await self._chosen(wanted.after, call)
        asked = service_pb2.CompareRulePacksRequest(examples=wanted.examples, locale=wanted.locale)
        return await self._done(work_request(COMPARE, asked, before, after))

    async def _chosen(self, choice: PackChoice, call: Call) -> SentFiles | PackTexts:
        if isinstance(choice, OfPolicy):
            require(call.identity, Permission.PUBLISH, choice.policy)
        return await self._choose(choice, call.identity)

    async def _done(self, asked: bytes) -> bytes:
        told: dict[str, Any] = json.loads(await self._checks.work(asked))
        if "violations" in told:
            raise InvalidSituationError(tuple(FieldViolation(*one) for one in told["violations"]))
        return b64decode(told["answer"])
