/** Tells what the Python side is to have alike: currencies, the fallback, and the methods that can be called. */
import { writeFileSync } from "node:fs";
import {
  ActionSchema,
  Code,
  createAmendsClient,
  fallback,
  GuardrailSchema,
  moneyOf,
  toJson,
  Unavailable,
} from "amends-client";

const away = new Unavailable({
  ...{ code: Code.Unavailable, message: "", requestId: "", reason: "" },
  ...{ metadata: {}, violations: [], retryAfterMs: undefined },
});
const { actions, guardrails } = fallback(away, { subject: { orderId: "o-1" }, ownerTeam: "front desk" });

/** How many decimals a currency has; -1: it is not known. */
function exponent(currency: string): number {
  try {
    const { units, nanos } = moneyOf(1n, currency);
    return units === 1n ? 0 : 9 - Math.round(Math.log10(nanos));
  } catch {
    return -1;
  }
}

const told = {
  exponents: Object.fromEntries(process.argv.slice(3).map((currency) => [currency, exponent(currency)])),
  fallback: {
    actions: actions.map((action) => toJson(ActionSchema, action)),
    guardrails: guardrails.map((guardrail) => toJson(GuardrailSchema, guardrail)),
  },
  methods: Object.keys(createAmendsClient({ baseUrl: "http://127.0.0.1" })),
};
writeFileSync(process.argv[2]!, JSON.stringify(told));
