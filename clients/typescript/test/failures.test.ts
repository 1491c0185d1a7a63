/** What a caller is told where a call comes to nothing: who they are is not known, nobody answers, too late, called off. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  AmendsError,
  Cancelled,
  Code,
  createAmendsClient,
  DeadlineExceeded,
  InternalError,
  LogUnavailable,
  mayDoNow,
  NotAuthenticated,
  PermissionDenied,
  ServiceAway,
  Unavailable,
  type ClientOptions,
} from "amends-client";
import { answering, late, nobody, silent, told } from "./setting.js";

const ROADS = [{}, { fetch: globalThis.fetch }] satisfies Partial<ClientOptions>[];
/** The error by which a server says so, as the Connect protocol writes it: two details, as bytes of protobuf. */
function logAway(retryAfter: "5ms" | "90s"): string {
  const info = "\x0a\x0fLOG_UNAVAILABLE";
  const retry = { "5ms": "\x0a\x05\x10\xc0\x96\xb1\x02", "90s": "\x0a\x02\x08\x5a" }[retryAfter];
  const details = Object.entries({ ErrorInfo: info, RetryInfo: retry }).map(([type, value]) => ({
    type: `google.rpc.${type}`,
    value: Buffer.from(value, "latin1").toString("base64"),
  }));
  return JSON.stringify({ code: "unavailable", message: "the log is away", details });
}

for (const road of ROADS) {
  const named = "fetch" in road ? "fetch" : "Node";

  test(`where nobody listens the service is away, and care is given, by ${named}`, () =>
    nobody(async (baseUrl) => {
      const amends = createAmendsClient({ baseUrl, ...road });
      await assert.rejects(amends.decide(late("case")), Unavailable);

      const request = { ...late("case"), requestId: "r-1", situation: { ...late("case").situation, subject: { orderId: "o-1" } } };
      const result = await amends.decideOrFallback(request, { ownerTeam: "front desk" });
      assert.ok("isFallback" in result);
      assert.equal(result.cause.requestId, "r-1");
      assert.deepEqual(
        result.actions.map((action) => [action.kind.case, action.amount, action.subject?.orderId, mayDoNow(action)]),
        ["apology", "askPerspective", "setExpectations", "assignOwner"].map((kind) => [kind, undefined, "o-1", true]),
      );
    }));

  test(`a call ends in time, where nobody says anything, by ${named}`, () =>
    silent(async (baseUrl) => {
      const amends = createAmendsClient({ baseUrl, timeoutMs: 60_000, ...road });
      await assert.rejects(amends.decide(late("case"), { timeoutMs: 50 }), (error) => {
        assert.ok(error instanceof DeadlineExceeded && error instanceof ServiceAway);
        return true;
      });
    }));

  test(`a call ends where its caller calls it off, by ${named}`, () =>
    silent(async (baseUrl) => {
      const amends = createAmendsClient({ baseUrl, timeoutMs: 60_000, ...road });
      const stop = new AbortController();
      const asked = amends.decideOrFallback(late("case"), { signal: stop.signal });
      stop.abort();
      await assert.rejects(asked, Cancelled);
    }));

  test(`a connection that breaks has no answer, by ${named}`, () =>
    answering(
      (request) => request.socket.destroy(),
      async (baseUrl) => {
        const amends = createAmendsClient({ baseUrl, ...road });
        await assert.rejects(amends.decide(late("case")), Unavailable);
      },
    ));

  test(`while the log is away the same request is asked again, by ${named}`, async () => {
    const ids: unknown[] = [];
    await answering(
      (request, response) => {
        ids.push(request.headers["x-request-id"]);
        if (ids.length < 3) {
          response.writeHead(503, { "content-type": "application/json" }).end(logAway("5ms"));
        } else {
          response.writeHead(200, { "content-type": "application/proto" }).end();
        }
      },
      async (baseUrl) => {
        const amends = createAmendsClient({ baseUrl, timeoutMs: 60_000, ...road });
        await amends.decide({ ...late("case"), requestId: "r-1" });
        assert.deepEqual(ids, ["r-1", "r-1", "r-1"]);
      },
    );
  });

  test(`a log that stays away longer than a call may take, or one that is asked once, is told at once, by ${named}`, async () => {
    let calls = 0;
    await answering(
      (_request, response) => {
        calls += 1;
        response.writeHead(503, { "content-type": "application/json" }).end(logAway("90s"));
      },
      async (baseUrl) => {
        for (const options of [{ timeoutMs: 60_000 }, { timeoutMs: 120_000, retry: false }]) {
          await assert.rejects(createAmendsClient({ baseUrl, ...options, ...road }).decide(late("case")), (error) => {
            assert.ok(error instanceof LogUnavailable);
            assert.equal(error.retryAfterMs, 90_000);
            return true;
          });
        }
        assert.equal(calls, 2);
      },
    );
  });

  test(`what the service itself has broken is no reason for a fallback, by ${named}`, () =>
    answering(
      (_request, response) => {
        response.writeHead(500, { "content-type": "application/json" });
        response.end(JSON.stringify({ code: "internal", message: "a bug" }));
      },
      async (baseUrl) => {
        const amends = createAmendsClient({ baseUrl, ...road });
        await assert.rejects(amends.decideOrFallback(late("case")), InternalError);
      },
    ));
}

test("who calls is told by a key or a token, and a wrong one is refused", async () => {
  const baseUrl = told("AMENDS_GUARDED");
  const tls = { ca: readFileSync(told("AMENDS_CA"), "utf8") };
  const key = told("AMENDS_KEY");
  const asked = { preview: true, situation: { caseId: "case" } };
  let given = 0;
  const tokens = { token: async () => ((given += 1), key) };

  for (const credentials of [{ apiKey: key }, { token: key }, tokens]) {
    const amends = createAmendsClient({ baseUrl, tls, timeoutMs: 30_000, ...credentials });
    assert.ok((await amends.decide(asked)).decision);
    await assert.rejects(amends.listRulePacks({}), PermissionDenied);
  }
  assert.equal(given, 2);
  for (const credentials of [{}, { apiKey: `${key}x` }]) {
    const stranger = createAmendsClient({ baseUrl, tls, timeoutMs: 30_000, ...credentials });
    await assert.rejects(stranger.decideOrFallback(asked), (error) => {
      assert.ok(error instanceof NotAuthenticated);
      assert.equal(error.code, Code.Unauthenticated);
      assert.ok(error.requestId);
      return true;
    });
  }
});

test("a service whose certificate nobody vouches for is not called", async () => {
  const amends = createAmendsClient({ baseUrl: told("AMENDS_GUARDED"), apiKey: told("AMENDS_KEY"), timeoutMs: 30_000 });
  await assert.rejects(amends.decide({ situation: { caseId: "case" } }), Unavailable);
});

test("a stream that breaks ends with the error, after the answers that came", async () => {
  await nobody(async (baseUrl) => {
    const amends = createAmendsClient({ baseUrl });
    await assert.rejects(async () => {
      for await (const one of amends.decideEach([late("case")])) {
        assert.fail(`answered: ${one instanceof AmendsError}`);
      }
    }, Unavailable);
  });
});

test("a client that could not call safely is not made", () => {
  const away = "http://amends.example.com";
  assert.throws(() => createAmendsClient({ baseUrl: away, apiKey: "amk_1" }), /not sent in clear/);
  assert.throws(() => createAmendsClient({ baseUrl: `https://amends.example.com`, apiKey: "a", token: "b" }), /not both/);
  assert.throws(() => createAmendsClient({ baseUrl: away, tls: { ca: "" } }), /not encrypted/);
  assert.throws(() => createAmendsClient({ baseUrl: "ftp://amends.example.com" }), /http or https/);
  assert.throws(() => createAmendsClient({ baseUrl: "127.0.0.1:8080" }), TypeError);
  for (const own of ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"]) {
    createAmendsClient({ baseUrl: own, apiKey: "amk_1" });
  }
});
