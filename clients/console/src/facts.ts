/** An answer put into a situation: text under a fact's path, in the form that the contract has for that fact. */
import { clone, ScalarType, type DescField, type DescMessage } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  decimal,
  duration,
  FactType,
  facts,
  money,
  SituationSchema,
  type FactSpec,
  type PlainFact,
  type Situation,
} from "amends-client";

/** What was said of a fact: texts as they were typed, several for a set. `null`: it cannot be found out. */
export type Said = readonly string[] | null;

/** What was said, by path. */
export type Answers = ReadonlyMap<string, Said>;

/** What the pack tells of its facts, by path. */
export type Vocabulary = ReadonlyMap<string, FactSpec>;

const UNITS = { minutes: 60, hours: 3_600, days: 86_400 };

/** The situation with these answers; a `RangeError` where one is not (yet) a value of its type. */
export function withAnswers(situation: Situation, answers: Answers, vocabulary: Vocabulary): Situation {
  const answered = clone(SituationSchema, situation);
  for (const [path, said] of answers) {
    if (said === null) {
      answered.unobtainable.push(path);
    } else if (path.startsWith("facts.")) {
      const name = path.slice("facts.".length);
      Object.assign(answered.facts, facts({ [name]: plain(said, vocabulary.get(path)?.type ?? FactType.TEXT) }));
    } else {
      put(reflect(SituationSchema, answered), path.split("."), (message, field) => set(message, field, said));
    }
  }
  return answered;
}

function plain(said: readonly string[], type: FactType): PlainFact {
  const text = said[0] ?? "";
  switch (type) {
    case FactType.BOOLEAN:
      return yes(text);
    case FactType.INTEGER:
      return whole(text);
    case FactType.DECIMAL:
      return decimal(text);
    case FactType.MONEY:
      return money(text);
    case FactType.DURATION:
      return length(text);
    case FactType.DATE:
      return moment(text);
    case FactType.SET:
      return said;
    default:
      return filled(text);
  }
}

/** The field of a path, in the message that has it, is given to `setting`. */
export function put(message: ReflectMessage, [name = "", ...rest]: string[], setting: (message: ReflectMessage, field: DescField) => void): void {
  const field = message.fields.find((one) => one.name === name);
  if (field === undefined) {
    throw new RangeError(`the contract has no fact ${name}`);
  }
  if (rest.length > 0 && field.fieldKind === "message") {
    const within = message.isSet(field) ? message.get(field) : reflect(field.message);
    put(within, rest, setting);
    message.set(field, within);
  } else {
    setting(message, field);
  }
}

function set(message: ReflectMessage, field: DescField, said: readonly string[]): void {
  const text = said[0] ?? "";
  if (field.fieldKind === "enum") {
    message.set(field, member(field.enum.values, text));
  } else if (field.fieldKind === "scalar") {
    message.set(field, scalar(field.scalar, text));
  } else if (field.fieldKind === "message") {
    message.set(field, reflect(field.message, formed(field.message, said)));
  }
}

function scalar(type: ScalarType, text: string): boolean | number | string {
  switch (type) {
    case ScalarType.BOOL:
      return yes(text);
    case ScalarType.INT32:
      return Number(whole(text));
    default:
      return filled(text);
  }
}

function formed(type: DescMessage, said: readonly string[]) {
  const text = said[0] ?? "";
  switch (type.typeName) {
    case "google.type.Money":
      return money(text);
    case "google.protobuf.Duration":
      return length(text);
    case "google.protobuf.Timestamp":
      return timestampFromDate(moment(text));
    default:
      return members(type, said);
  }
}

/** A set is a message around its members. */
function members(type: DescMessage, said: readonly string[]) {
  const field = type.fields.find((one) => one.name === "values");
  if (field?.fieldKind !== "list") {
    throw new RangeError(`${type.name} cannot be answered here`);
  }
  const found = field.listKind === "enum" ? said.map((one) => member(field.enum.values, one)) : [...said];
  return Object.assign(reflect(type).message, { values: found });
}

export function member(values: readonly { localName: string; number: number }[], text: string): number {
  const found = values.find(({ localName, number }) => number !== 0 && localName.toLowerCase() === text);
  if (found === undefined) {
    throw new RangeError("choose one");
  }
  return found.number;
}

function yes(text: string): boolean {
  if (text !== "yes" && text !== "no") {
    throw new RangeError("choose yes or no");
  }
  return text === "yes";
}

function whole(text: string): bigint {
  if (!/^-?\d{1,18}$/.test(text)) {
    throw new RangeError("a whole number is expected");
  }
  return BigInt(text);
}

/** `3 days`, as the question's two fields say it. */
function length(text: string) {
  const [count = "", unit = ""] = text.split(" ");
  if (!(unit in UNITS)) {
    throw new RangeError("a length of time is expected");
  }
  return duration({ seconds: Number(whole(count)) * UNITS[unit as keyof typeof UNITS] });
}

function moment(text: string): Date {
  const found = new Date(text);
  if (Number.isNaN(found.getTime())) {
    throw new RangeError("a date and a time are expected");
  }
  return found;
}

function filled(text: string): string {
  if (!text) {
    throw new RangeError("an answer is expected");
  }
  return text;
}
