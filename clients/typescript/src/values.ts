/** Plain values in the contract's form, exactly: nothing rounded, nothing guessed. */
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";
import { FactValueSchema, type FactValue } from "./gen/amends/v1/situation_pb.js";
import { DecimalSchema, type Decimal } from "./gen/google/type/decimal_pb.js";
import type { Money } from "./gen/google/type/money_pb.js";
import { money } from "./money.js";

const MONEY = /^-?\d{1,18}(\.\d{1,9})? [A-Z]{3}$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** What a fact may be said as. Text that reads as money (`"9.90 USD"`) is money: no other text looks so. */
export type PlainFact =
  | boolean
  | number
  | bigint
  | string
  | Date
  | readonly string[]
  | ReadonlySet<string>
  | Money
  | Decimal
  | Duration
  | Timestamp;

/** The facts that the rule pack declares, by name without `facts.`. What is undefined is not known, and left out. */
export function facts(plain: Readonly<Record<string, PlainFact | undefined>>): Record<string, FactValue> {
  const said = Object.entries(plain).filter((entry): entry is [string, PlainFact] => entry[1] !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name, factValue(value, name)]));
}

/** A number with decimals, by its digits: `decimal("0.25")`. */
export function decimal(digits: string): Decimal {
  if (!DECIMAL.test(digits)) {
    throw new RangeError(`expected digits, for instance "0.25", not ${JSON.stringify(digits)}`);
  }
  return create(DecimalSchema, { value: digits });
}

/** A length of time. */
export function duration(length: { days?: number; hours?: number; minutes?: number; seconds?: number }): Duration {
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = length;
  return durationFromMs((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

function factValue(value: PlainFact, name: string): FactValue {
  return create(FactValueSchema, { value: form(value, name) });
}

function form(value: PlainFact, name: string): FactValue["value"] {
  switch (typeof value) {
    case "boolean":
      return { case: "boolean", value };
    case "bigint":
      return { case: "integer", value };
    case "number":
      if (!Number.isSafeInteger(value)) {
        throw new RangeError(`${name}: ${value} is not exact; say decimal("...") or a bigint`);
      }
      return { case: "integer", value: BigInt(value) };
    case "string":
      return MONEY.test(value) ? { case: "money", value: money(value) } : { case: "text", value };
    default:
      return formOfObject(value);
  }
}

function formOfObject(value: Exclude<PlainFact, boolean | bigint | number | string>): FactValue["value"] {
  if (value instanceof Date) {
    return { case: "timestamp", value: timestampFromDate(value) };
  }
  if (!("$typeName" in value)) {
    return { case: "set", value: { $typeName: "amends.v1.TextSet", values: [...value] } };
  }
  switch (value.$typeName) {
    case "google.type.Money":
      return { case: "money", value };
    case "google.type.Decimal":
      return { case: "decimal", value };
    case "google.protobuf.Timestamp":
      return { case: "timestamp", value };
    case "google.protobuf.Duration":
      return { case: "duration", value };
  }
}
