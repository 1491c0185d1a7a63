/** Exact money: integers of minor units, as `bigint`. No number ever holds an amount, and nothing is rounded. */
import { create } from "@bufbuild/protobuf";
import { EXPONENTS } from "./currencies.js";
import { MoneySchema, type Money } from "./gen/google/type/money_pb.js";

const FORM = /^(-?)(\d{1,18})(?:\.(\d{1,9}))? ([A-Z]{3})$/;
const NANOS = 1_000_000_000n;

/** `"9.90 USD"` as money, by its digits; a `RangeError` says what was expected instead. */
export function money(text: string): Money {
  const found = FORM.exec(text);
  if (found === null) {
    throw new RangeError(`expected money as text, for instance "9.90 USD", not ${JSON.stringify(text)}`);
  }
  const [, sign, whole, fraction = "", currencyCode] = found;
  return fromNanos(BigInt(`${sign}1`) * BigInt(whole! + fraction.padEnd(9, "0")), currencyCode!);
}

/** So many minor units (cents, pence, yen) as money. */
export function moneyOf(minorUnits: bigint, currencyCode: string): Money {
  return fromNanos(minorUnits * nanosOfMinor(currencyCode), currencyCode);
}

/** Money in minor units; a `RangeError` where it is finer than they are, or the currency is none of ISO 4217. */
export function minorUnits(money: Money): bigint {
  const nanos = nanosOf(money);
  const one = nanosOfMinor(money.currencyCode);
  if (nanos % one !== 0n) {
    throw new RangeError(`${moneyText(money)} is finer than the minor unit of ${money.currencyCode}`);
  }
  return nanos / one;
}

/** Money as text, `9.90 USD`: at least two decimals where it has any, no grouping, no locale. */
export function moneyText(money: Money): string {
  const nanos = nanosOf(money);
  const [whole, fraction] = split(nanos);
  const digits = fraction.replace(/0+$/, "");
  return `${nanos < 0n ? "-" : ""}${whole}${digits && `.${digits.padEnd(2, "0")}`} ${money.currencyCode}`;
}

/** Money for a person to read, as their locale writes it; exact, with as many decimals as the currency has. */
export function moneyFor(money: Money, locale?: string): string {
  const exponent = exponentOf(money.currencyCode);
  const [whole, fraction] = split(minorUnits(money) * nanosOfMinor(money.currencyCode));
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: money.currencyCode,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  // A fraction goes through no number: the locale writes the whole, and the digits behind it are put in their place.
  const parts = format.formatToParts(BigInt(whole));
  const digits = new Intl.NumberFormat(locale, { useGrouping: false, minimumIntegerDigits: exponent || 1 });
  const text = parts.map((part) => (part.type === "fraction" ? digits.format(BigInt(fraction.slice(0, exponent))) : part.value));
  return `${nanosOf(money) < 0n ? "-" : ""}${text.join("")}`;
}

function nanosOf({ units, nanos }: Money): bigint {
  return units * NANOS + BigInt(nanos);
}

function fromNanos(nanos: bigint, currencyCode: string): Money {
  return create(MoneySchema, { currencyCode, units: nanos / NANOS, nanos: Number(nanos % NANOS) });
}

/** The digits before the point, and the nine behind it, without a sign. */
function split(nanos: bigint): [string, string] {
  const size = nanos < 0n ? -nanos : nanos;
  return [(size / NANOS).toString(), (size % NANOS).toString().padStart(9, "0")];
}

function nanosOfMinor(currencyCode: string): bigint {
  return 10n ** BigInt(9 - exponentOf(currencyCode));
}

function exponentOf(currencyCode: string): number {
  const exponent = EXPONENTS.get(currencyCode);
  if (exponent === undefined) {
    throw new RangeError(`${JSON.stringify(currencyCode)} is not an ISO 4217 currency`);
  }
  return exponent;
}
