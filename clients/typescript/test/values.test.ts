/** Values are exact: money in whole minor units, facts in the form that their type has, nothing rounded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decimal, duration, facts, minorUnits, money, moneyFor, moneyOf, moneyText } from "amends-client";

test("money is read by its digits and written by them again", () => {
  for (const text of ["9.90 USD", "0.00 USD", "100 JPY", "1.234 KWD", "-0.05 EUR", "999999999999999999.999999999 XYZ"]) {
    const { units, nanos } = money(text);
    assert.ok(units <= 0n || nanos >= 0);
    assert.equal(moneyText(money(text)), text.replace(".00 ", " "));
  }
});

test("text that is no money is refused", () => {
  for (const text of ["9.90", "9,90 USD", "9.90 usd", "USD 9.90", "1e3 USD", " 9.90 USD", "9. USD", "1.0000000001 USD"]) {
    assert.throws(() => money(text), RangeError);
  }
});

test("minor units are exact, whatever their size, and go back to the same money", () => {
  for (const [text, units] of [
    ["9.90 USD", 990n],
    ["100 JPY", 100n],
    ["1.234 KWD", 1234n],
    ["-0.05 EUR", -5n],
    ["90071992547409.93 USD", 9007199254740993n],
  ] as const) {
    assert.equal(minorUnits(money(text)), units);
    assert.deepEqual(moneyOf(units, text.slice(-3)), money(text));
  }
  assert.throws(() => minorUnits(money("0.001 USD")), RangeError);
  assert.throws(() => minorUnits(money("0.5 JPY")), RangeError);
  assert.throws(() => moneyOf(1n, "XYZ"), RangeError);
});

test("money is shown as a person's locale writes it, to the last cent", () => {
  const plain = (text: string) => text.replace(/\s/gu, " ");
  assert.equal(moneyFor(money("1234.05 USD"), "en-US"), "$1,234.05");
  assert.equal(plain(moneyFor(money("1234.50 EUR"), "de-DE")), "1.234,50 €");
  assert.equal(moneyFor(money("1234 JPY"), "en-US"), "¥1,234");
  assert.equal(moneyFor(money("-0.05 USD"), "en-US"), "-$0.05");
  assert.equal(moneyFor(money("90071992547409.93 USD"), "en-US"), "$90,071,992,547,409.93");
});

test("facts take the form of what was said", () => {
  const said = facts({
    delay_days: 4,
    large: 2n ** 60n,
    share: decimal("0.25"),
    packaging: "opened",
    fee: "9.90 USD",
    paid: money("1.00 EUR"),
    gone: false,
    since: new Date("2026-03-01T12:00:00Z"),
    waited: duration({ days: 1, hours: 12 }),
    parts: ["lid", "box"],
    none: new Set<string>(),
    unknown: undefined,
  });
  assert.deepEqual(
    Object.fromEntries(Object.entries(said).map(([name, { value }]) => [name, value.case])),
    {
      ...{ delay_days: "integer", large: "integer", share: "decimal", packaging: "text", fee: "money", paid: "money" },
      ...{ gone: "boolean", since: "timestamp", waited: "duration", parts: "set", none: "set" },
    },
  );
  assert.equal(said["large"]?.value.value, 1152921504606846976n);
  assert.deepEqual(said["waited"]?.value.case === "duration" && said["waited"].value.value.seconds, 129600n);
});

test("a number that is not exact is refused, not rounded", () => {
  assert.throws(() => facts({ share: 0.25 }), /share: 0.25 is not exact/);
  assert.throws(() => facts({ large: 2 ** 60 }), RangeError);
  assert.throws(() => decimal("1e3"), RangeError);
});
