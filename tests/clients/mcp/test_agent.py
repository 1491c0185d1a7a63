"""An agent settles cases through the real client of the protocol, over both transports, against a real service."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Final

import pytest

from amends_client import AmendsClient
from amends_client.messages import ActorKind
from tests.clients.mcp.agents import Agent, over_http, over_stdio

Connect = Callable[..., AbstractAsyncContextManager[Agent]]
TRANSPORTS: Final = pytest.mark.parametrize("connect", [over_stdio, over_http])
DAMAGED: Final[dict[str, Any]] = {
    "contact_reason": "arrived_damaged",
    "fault": "company",
    "cause": "process",
    "reporter": "customer",
    "severity": "medium",
    "stage": "use",
    "obvious_mistake": True,
    "requested": ["refund"],
    "flags": [],
}
SMALL: Final = {"amount_paid": "80.00 USD", "amount_refunded": "0.00 USD", "amount_affected": "80.00 USD"}
LARGE: Final = {"amount_paid": "400.00 USD", "amount_refunded": "0.00 USD", "amount_affected": "400.00 USD"}
POLICY: Final = ("--policy", "foundation")


@TRANSPORTS
async def test_a_scripted_agent_settles_three_cases(connect: Connect, target: str) -> None:
    """One in which a fact is missing, one that somebody has to approve, one that is not for us; each to its end."""
    suffix = connect.__name__
    async with connect(target, *POLICY) as agent:
        await _missing_fact(agent, f"missing-{suffix}")
        await _approval(agent, f"approval-{suffix}", target)
        await _not_a_fit(agent, f"fit-{suffix}")
    asked = [line for line in agent.transcript if line.startswith("asked the customer")]
    assert len(asked) == 1
    assert agent.transcript.count("record_outcome: refused") == 1


async def _missing_fact(agent: Agent, case_id: str) -> None:
    """The one question is asked, and with its answer the refund may be promised, word by word."""
    known = {"case_id": case_id, **DAMAGED, "amount_paid": "80.00 USD", "amount_refunded": "0.00 USD"}
    known["customer"] = {"customer_id": case_id, "goodwill_granted_365d": "0.00 USD"}
    before = await agent.call("preview_recovery", situation=known)
    assert (before["decision_id"], before["preview"]) == ("", True)
    assert "refund" in {one["kind"] for one in before["not_settled"]}
    for one in before["not_settled"]:
        assert one["may_be_promised"] is False
        assert one.keys().isdisjoint({"amount", "amount_to_ask_for", "say"})
    settled = await agent.settle(known, {"amount_affected": "80.00 USD"})
    assert settled["not_settled"] == []
    refund = next(one for one in settled["may_do_and_promise"] if one["kind"] == "refund")
    assert refund["amount"] == "80 USD"
    draft = f"I'm sorry. {refund['say']} I'll check in three days whether it reached you."
    checked = await agent.call("check_reply", draft=draft, decision_id=settled["decision_id"])
    assert checked["send"], checked
    hasty = await agent.call("check_reply", draft="It arrives tomorrow.", decision_id=settled["decision_id"])
    assert not hasty["send"]
    done = await agent.call(
        "record_outcome", decision_id=settled["decision_id"], action_id=refund["action_id"], kind="executed"
    )
    assert (done["kind"], done["amount"]) == ("executed", "80 USD")
    due = await agent.call("list_obligations", case_id=case_id)
    assert {one["case_id"] for one in due["obligations"]} == {case_id}


async def _approval(agent: Agent, case_id: str, target: str) -> None:
    """Nothing is promised or done before a person has approved it; then it is."""
    answer = await agent.call("decide_recovery", situation={"case_id": case_id, **DAMAGED, **LARGE})
    [refund] = answer["needs_approval"]
    assert (refund["ask"], refund["amount_to_ask_for"], refund["may_be_promised"]) == (
        "supervisor",
        "400 USD",
        False,
    )
    assert "refund" not in {one["kind"] for one in answer["may_do_and_promise"]}
    about = {"decision_id": answer["decision_id"], "action_id": refund["action_id"]}
    promise = "I'm sorry. We will refund the 400.00 USD. I'll write on Monday."
    assert not (await agent.call("check_reply", draft=promise, decision_id=answer["decision_id"]))["send"]
    assert "not approved" in await agent.refused("record_outcome", kind="offered", **about)
    await agent.call("record_outcome", kind="approval_requested", **about)
    with AmendsClient(target) as person:
        person.record_outcome(
            kind="approved", actor={"actor_id": "eve", "role": "supervisor", "kind": "human"}, **about
        )
    assert (await agent.call("check_reply", draft=promise, decision_id=answer["decision_id"]))["send"]
    assert (await agent.call("record_outcome", kind="executed", **about))["amount"] == "400 USD"


async def _not_a_fit(agent: Agent, case_id: str) -> None:
    """The truth and a referral; no money, and nothing that poses as a fix."""
    facts = {"contact_reason": "needs_changed", "reporter": "customer", "flags": [], "obvious_mistake": False}
    answer = await agent.call("decide_recovery", situation={"case_id": case_id, **facts, "fit": "none"})
    assert answer["outcome"] == "not_a_fit"
    kinds = {one["kind"] for one in answer["may_do_and_promise"]}
    assert "referral" in kinds
    assert kinds.isdisjoint({"refund", "goodwill"})
    told = await agent.call("explain_decision", decision_id=answer["decision_id"])
    assert any("D4" in rule["sources"] for rule in told["rules"])


@TRANSPORTS
async def test_tools_and_resources_are_described(connect: Connect, target: str) -> None:
    """Structured output with schemas; packs, policies, and the vocabulary with its questions."""
    async with connect(target, *POLICY) as agent:
        tools = {tool.name: tool for tool in (await agent.client.list_tools()).tools}
        assert set(tools) == {
            *("decide_recovery", "preview_recovery", "explain_decision"),
            *("list_obligations", "record_outcome", "check_reply"),
        }
        assert all(tool.output_schema and tool.description for tool in tools.values())
        kinds = tools["record_outcome"].input_schema["properties"]["kind"]["enum"]
        assert {"approved", "overridden"}.isdisjoint(kinds)
        policies = json.loads(await agent.read("amends://policies"))
        assert policies["asked_here"] == "foundation"
        assert "foundation" in {one["policy"] for one in policies["policies"]}
        facts = {one["fact"]: one for one in json.loads(await agent.read("amends://vocabulary/foundation"))["facts"]}
        assert facts["facts.answer_known"]["ask"] == "Do we know the answer now?"
        assert json.loads(await agent.read("amends://packs/foundation"))["rules"][0]["rule_id"]
        assert any(pack["pack_id"] == "foundation" for pack in json.loads(await agent.read("amends://packs")))


async def test_caps_send_an_agent_to_a_person(target: str, tmp_path: Path) -> None:
    """In a case and in a day, in one talk and the next; what is asked again counts once, and a preview not at all."""
    caps = ("--most-per-case", "100 USD", "--most-per-day", "100 USD", "--ledger", str(tmp_path / "promised.db"))
    options = (*POLICY, *caps)
    async with over_stdio(target, *options) as agent:
        first = {"case_id": "cap-1", **DAMAGED, **SMALL}
        await agent.call("preview_recovery", situation={**first, "case_id": "cap-0"})
        for _ in range(2):
            answer = await agent.call("decide_recovery", situation=first)
            assert "refund" in {one["kind"] for one in answer["may_do_and_promise"]}
    async with over_stdio(target, *options) as agent:
        answer = await agent.call("decide_recovery", situation={**first, "case_id": "cap-2"})
        [refund] = answer["needs_approval"]
        assert (refund["ask"], refund["why"]) == ("a person", "an agent may promise no more in a day")
        why = await agent.refused(
            "record_outcome", decision_id=answer["decision_id"], action_id=refund["action_id"], kind="executed"
        )
        assert "a person has to do this" in why


async def test_an_agent_is_an_ai_in_its_role(target: str) -> None:
    """The log knows it as one, whatever it says of itself; the role is the server's setting."""
    options = (*POLICY, "--role", "supervisor", "--actor-id", "bot-7")
    async with over_stdio(target, *options) as agent:
        answer = await agent.call("decide_recovery", situation={"case_id": "role-1", **DAMAGED, **LARGE})
    assert "refund" in {one["kind"] for one in answer["may_do_and_promise"]}
    with AmendsClient(target) as amends:
        actor = amends.get_decision(answer["decision_id"]).actor
    assert (actor.actor_id, actor.role, actor.kind) == ("bot-7", "supervisor", ActorKind.ACTOR_KIND_AI)


async def test_mistakes_are_told_so_that_an_agent_can_mend_them(target: str) -> None:
    """All at once, with the nearest name; what the service refuses in its words."""
    async with over_stdio(target, *POLICY) as agent:
        told = await agent.refused("decide_recovery", situation={"case_id": "m-1", "falt": "company", "waited": 3})
        assert "fault" in told
        assert "waited" in told
        assert "case_id" in await agent.refused("decide_recovery", situation={})
        assert "no recorded decision" in await agent.refused("explain_decision", decision_id="none")
