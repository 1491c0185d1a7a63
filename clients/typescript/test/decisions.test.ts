/** Decisions of a real service: asked for once, again, together and in a stream; and what was done about them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AmendsError,
  CannotSupersede,
  createAmendsClient,
  InvalidRequest,
  mayDoNow,
  minorUnits,
  money,
  moneyText,
  NotFound,
  Outcome,
  OutcomeKind,
  ReplayResult,
  RequestIdReused,
  type Answered,
  type Asking,
} from "amends-client";
import { client, late, told } from "./setting.js";

const byFetch = createAmendsClient({ baseUrl: told("AMENDS_OPEN"), timeoutMs: 30_000, fetch: globalThis.fetch });

for (const [road, amends] of [["Node", client], ["fetch", byFetch]] as const) {
  test(`a situation is decided, with exact money, by ${road}`, async () => {
    const { decisionId, recorded, decision } = await amends.decide(late(`case-${road}`));

    assert.ok(recorded && decisionId);
    assert.equal(decision?.outcome, Outcome.ACTIONS_RECOMMENDED);
    const refund = decision.actions.find((action) => action.kind.case === "refund");
    assert.ok(refund?.amount && mayDoNow(refund));
    assert.equal(minorUnits(refund.amount), 990n);
    assert.match(refund.reasonForCustomer, /9\.90 USD/);
  });

  test(`many are decided each in its place, and one that cannot be has its own error, by ${road}`, async () => {
    async function* asked(): AsyncGenerator<Asking> {
      for (let number = 0; number < 250; number += 1) {
        yield number === 107 ? { ...late("case-wrong"), policy: "no-such-policy" } : { ...late(`each-${number}`), preview: true };
      }
    }
    const found: Answered[] = [];
    for await (const one of amends.decideEach(asked())) {
      found.push(one);
    }

    assert.equal(found.length, 250);
    assert.deepEqual(
      found.flatMap((one, place) => (one instanceof AmendsError ? [[place, one.reason]] : [])),
      [[107, "UNKNOWN_POLICY"]],
    );
    const first = await amends.decide({ ...late("each-249"), preview: true });
    const last = found[249];
    assert.ok(last && !(last instanceof AmendsError));
    assert.deepEqual(last.decision, first.decision);
  });
}

test("the same request id gets the recorded answer, and is refused for anything else", async () => {
  const first = await client.decide({ ...late("case-again"), requestId: "case-again/1" });
  assert.deepEqual(await client.decide({ ...late("case-again"), requestId: "case-again/1" }), first);

  const other = client.decide({ ...late("another-case"), requestId: "case-again/1" });
  await assert.rejects(other, RequestIdReused);
});

test("a request without an id gets one, and the caller's own object is left alone", async () => {
  const asking = late("case-id");
  const { decisionId } = await client.decide(asking);
  const { decision } = await client.getDecision({ decisionId });

  assert.match(decision?.requestId ?? "", /^[0-9a-f-]{36}$/);
  assert.ok(!("requestId" in asking));
});

test("everything that is wrong with a request is told at once, with the id by which the log has it", async () => {
  const wrong = client.decide({
    requestId: "wrong-1",
    policy: "starter",
    situation: { caseId: "case", contactReason: "no_such_reason", amountPaid: money("9.999 USD") },
  });

  await assert.rejects(wrong, (error: unknown) => {
    assert.ok(error instanceof InvalidRequest);
    assert.equal(error.reason, "INVALID_SITUATION");
    assert.equal(error.requestId, "wrong-1");
    assert.deepEqual(
      error.violations.map(({ field }) => field),
      ["situation.contact_reason", "situation.amount_paid"],
    );
    return true;
  });
});

test("what is not there is told as that", async () => {
  await assert.rejects(client.decide({ ...late("case"), policy: "no-such-policy" }), NotFound);
  await assert.rejects(client.getDecision({ decisionId: "0199aaaa-0000-7000-8000-000000000000" }), NotFound);
});

test("what was done is recorded, what is left is decided, and the case is listed page by page", async () => {
  const before = await client.decide(late("case-goes-on"));
  const refund = before.decision?.actions.find((action) => action.kind.case === "refund");
  const { outcome } = await client.recordOutcome({
    decisionId: before.decisionId,
    about: { case: "actionId", value: refund!.actionId },
    kind: OutcomeKind.EXECUTED,
    amount: money("4.00 USD"),
  });
  assert.equal(moneyText(outcome!.amount!), "4 USD");

  const after = await client.decide({ ...late("case-goes-on"), supersedes: before.decisionId });
  const left = after.decision?.actions.find((action) => action.kind.case === "refund");
  assert.equal(moneyText(left!.amount!), "5.90 USD");

  const twice = client.decide({ ...late("case-goes-on"), supersedes: before.decisionId });
  await assert.rejects(twice, (error) => error instanceof CannotSupersede && error.supersededBy === after.decisionId);

  const listed: string[] = [];
  for await (const summary of client.eachDecision({ caseId: "case-goes-on", pageSize: 1 })) {
    listed.push(summary.decisionId);
  }
  assert.deepEqual(listed, [after.decisionId, before.decisionId]);
  const { result } = await client.replayDecision({ decisionId: after.decisionId });
  assert.equal(result, ReplayResult.SAME);
});

test("packs are listed, shown and checked", async () => {
  const packs: string[] = [];
  for await (const pack of client.eachRulePack()) {
    packs.push(pack.packId);
  }
  assert.ok(packs.includes("starter"));
  const { rulePack } = await client.getRulePack({ name: "rulePacks/starter" });
  assert.ok(rulePack!.rules.length > 0);
  const { compiles, diagnostics } = await client.checkRulePack({
    packId: "mine",
    files: [{ path: "pack.yaml", content: new TextEncoder().encode("no: pack") }],
  });
  assert.equal(compiles, false);
  assert.ok(diagnostics.length > 0);
});
