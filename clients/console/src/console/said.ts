/** A situation taken apart: what the form can show as answers, the rest as it is. Put together again it is the same. */
import { clone, type DescField } from "@bufbuild/protobuf";
import { isReflectMessage, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { timestampDate, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";
import { moneyText, SituationSchema, type FactValue, type Money, type Situation } from "amends-client";
import type { Answers, Said, Vocabulary } from "../facts.ts";

export interface Parted {
  answers: Answers;
  rest: Situation;
}

export function parted(situation: Situation, vocabulary: Vocabulary): Parted {
  const rest = clone(SituationSchema, situation);
  const answers = new Map<string, Said>();
  for (const path of vocabulary.keys()) {
    const said = rest.unobtainable.includes(path) ? null : taken(rest, path);
    if (said !== undefined) {
      answers.set(path, said);
    }
  }
  rest.unobtainable = rest.unobtainable.filter((path) => !answers.has(path));
  return { answers, rest };
}

/** What was said of a fact, taken out; undefined: nothing, or nothing that the form could say again. */
function taken(situation: Situation, path: string): Said | undefined {
  const name = path.replace(/^facts\./, "");
  if (name !== path) {
    const value = situation.facts[name];
    const said = value && plain(value);
    if (said !== undefined) {
      delete situation.facts[name];
    }
    return said;
  }
  return takenFrom(reflect(SituationSchema, situation), path.split("."));
}

function takenFrom(message: ReflectMessage, [name = "", ...within]: string[]): Said | undefined {
  const field = message.fields.find((one) => one.name === name);
  if (field === undefined || !message.isSet(field)) {
    return undefined;
  }
  const value: unknown = message.get(field);
  const said = within.length > 0 && isReflectMessage(value) ? takenFrom(value, within) : ofField(field, value);
  const isEmpty = isReflectMessage(value) && within.length > 0 && !value.fields.some((one) => value.isSet(one));
  if (said !== undefined && (within.length === 0 || isEmpty)) {
    message.clear(field);
  }
  return said;
}

function ofField(field: DescField, value: unknown): Said | undefined {
  if (field.fieldKind === "enum") {
    const found = field.enum.value[value as number]?.localName.toLowerCase();
    return found === undefined ? undefined : [found];
  }
  if (isReflectMessage(value)) {
    return ofMessage(value);
  }
  return typeof value === "boolean" ? [value ? "yes" : "no"] : [String(value)];
}

function ofMessage({ desc, message }: ReflectMessage): Said | undefined {
  switch (desc.typeName) {
    case "google.type.Money":
      return [moneyText(message as unknown as Money)];
    case "google.protobuf.Duration":
      return ofDuration(message as unknown as Duration);
    case "google.protobuf.Timestamp":
      return ofTimestamp(message as unknown as Timestamp);
    default:
      return undefined;
  }
}

function plain({ value }: FactValue): Said | undefined {
  switch (value.case) {
    case "boolean":
      return [value.value ? "yes" : "no"];
    case "integer":
    case "text":
      return [String(value.value)];
    case "decimal":
      return [value.value.value];
    case "money":
      return [moneyText(value.value)];
    case "duration":
      return ofDuration(value.value);
    case "timestamp":
      return ofTimestamp(value.value);
    case "set":
      return value.value.values;
    case undefined:
      return undefined;
  }
}

const UNITS: readonly [string, bigint][] = [["days", 86_400n], ["hours", 3_600n], ["minutes", 60n]];

function ofDuration({ seconds, nanos }: Duration): Said | undefined {
  const found = nanos === 0 ? UNITS.find(([, size]) => seconds % size === 0n) : undefined;
  return found && [`${seconds / found[1]} ${found[0]}`];
}

/** As the field for a moment has it: in the reader's own time. */
function ofTimestamp(time: Timestamp): Said | undefined {
  if (time.nanos !== 0) {
    return undefined;
  }
  const at = timestampDate(time);
  const two = (part: number) => String(part).padStart(2, "0");
  const day = [String(at.getFullYear()).padStart(4, "0"), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return [`${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`];
}
