/** Values of facts on a map: as text for an address, in words for a person, and put into a situation as they are. */
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { moneyText, SituationSchema, toJson, type FactSpec, type FactValue, type Situation } from "amends-client";
import { member, put } from "../../../facts.ts";
import { amount, lengthOf, moment, named, words } from "../../../words.ts";

/** Another text for every value of a fact; never an empty one. */
export function textOf({ value }: FactValue): string {
  switch (value.case) {
    case "boolean":
      return value.value ? "yes" : "no";
    case "decimal":
      return value.value.value;
    case "money":
      return moneyText(value.value);
    case "timestamp":
      return String(toJson(TimestampSchema, value.value));
    case "duration":
      return String(toJson(DurationSchema, value.value));
    case "set":
      return `[${value.value.values.join(", ")}]`;
    default:
      return String(value.value);
  }
}

export function wordsOf(held: FactValue, { unit }: FactSpec): string {
  const { value } = held;
  switch (value.case) {
    case "money":
      return amount(value.value);
    case "timestamp":
      return moment(value.value);
    case "duration":
      return value.value.nanos === 0 ? lengthOf(Number(value.value.seconds)) : textOf(held);
    case "set":
      return value.value.values.map(named).join(", ") || "none";
    case "integer":
    case "decimal":
      return unit ? `${textOf(held)} ${unit}` : textOf(held);
    default:
      return named(textOf(held));
  }
}

/** `facts.delay_days` as `Delay days`. */
export function factName(path: string): string {
  return words(path.replace(/^facts\./, "").replaceAll(".", " "));
}

/** Put into a situation under its fact's path, to the last digit. */
export function withValue(situation: Situation, path: string, held: FactValue): void {
  if (path.startsWith("facts.")) {
    situation.facts[path.slice("facts.".length)] = held;
    return;
  }
  put(reflect(SituationSchema, situation), path.split("."), (message, field) => {
    if (field.fieldKind === "enum") {
      message.set(field, member(field.enum.values, textOf(held)));
    } else if (field.fieldKind === "scalar") {
      message.set(field, held.value.case === "integer" ? Number(held.value.value) : held.value.value);
    } else if (field.fieldKind === "message") {
      message.set(field, reflect(field.message, formed(reflect(field.message), held)));
    }
  });
}

/** A set is a message around its members; of some they are an enum's. */
function formed(into: ReflectMessage, { value }: FactValue) {
  const field = into.fields.find((one) => one.name === "values");
  if (value.case !== "set" || field?.fieldKind !== "list") {
    return value.value as never;
  }
  const { values } = value.value;
  const members = field.listKind === "enum" ? values.map((one) => member(field.enum.values, one)) : values;
  return Object.assign(into.message, { values: members });
}
