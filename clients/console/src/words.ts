/** The contract's names as words for a person. */
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import {
  ActionKind,
  ActionSchema,
  ChangeKind,
  minorUnits,
  moneyFor,
  ObligationKind,
  OutcomeKind,
  Outcome,
  Request,
  type Action,
  type Money,
} from "amends-client";

/** `UPDATE_CADENCE` and `updateCadence` as `Update cadence`. */
export function words(name: string): string {
  const text = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/_/g, " ")
    .toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name of the pack (`customer_care`) as words; any other text as it is. */
export function named(text: string): string {
  return /^[a-z0-9_]+$/.test(text) ? text.replace(/_/g, " ") : text;
}

/** What an action is, in two words; of a pack's own action, its name. */
export function kindOf({ kind }: Action): string {
  return kind.case === "custom" ? words(kind.value.name) : words(kind.case ?? "action of a newer service");
}

export const outcomeWords: Record<Outcome, string> = {
  [Outcome.UNSPECIFIED]: "",
  [Outcome.NOT_A_FIT]: "What we offer does not fit: say so, and who serves better",
  [Outcome.ACTIONS_RECOMMENDED]: "Do this",
  [Outcome.ALREADY_SETTLED]: "All of it was given already",
  [Outcome.NEEDS_FACTS]: "Something is still to be found out",
  [Outcome.ALL_OVERRULED]: "What was asked for may not be given",
  [Outcome.CARE_ONLY]: "Care for the customer; there is nothing to give",
  [Outcome.NO_RULE_MATCHED]: "The rules say nothing of this case",
};

export const done: Partial<Record<OutcomeKind, string>> = {
  [OutcomeKind.OFFERED]: "Accepted: offered to the customer",
  [OutcomeKind.CUSTOMER_ACCEPTED]: "The customer accepts it",
  [OutcomeKind.CUSTOMER_DECLINED]: "The customer does not want it",
  [OutcomeKind.APPROVAL_REQUESTED]: "Approval was asked for",
  [OutcomeKind.APPROVED]: "Approved",
  [OutcomeKind.APPROVAL_REFUSED]: "Not approved",
  [OutcomeKind.EXECUTED]: "Done",
  [OutcomeKind.FAILED]: "Tried, and did not work",
  [OutcomeKind.OVERRIDDEN]: "Overridden",
  [OutcomeKind.CANCELLED]: "Called off",
  [OutcomeKind.EXPIRED]: "Expired",
};

export const changed = (kind: ChangeKind) => words(ChangeKind[kind]);
export const kindNamed = (kind: ActionKind) => words(ActionKind[kind]);
export const promised = (kind: ObligationKind) => words(ObligationKind[kind]);
export const requested = (request: Request) => words(Request[request]).toLowerCase();

/** Money as the reader's locale has it. */
export function amount(money: Money): string {
  return moneyFor(money, navigator.language);
}

/** Whether there is any money at all. */
export function isSome(money: Money | undefined): money is Money {
  return money !== undefined && minorUnits(money) !== 0n;
}

/** What an action is, and how much. */
export function actionInWords(action: Action): string {
  return isSome(action.amount) ? `${kindOf(action)} ${amount(action.amount)}` : kindOf(action);
}

/** A moment as the reader's locale has it. */
export function moment(time: Timestamp): string {
  return timestampDate(time).toLocaleString(navigator.language, { dateStyle: "medium", timeStyle: "short" });
}

/** What else an action says of itself: each of its parameters that is set, as words. */
export function parametersOf(action: Action): [string, string][] {
  const own = reflect(ActionSchema, action).oneofCase(ActionSchema.oneofs[0]!);
  if (own?.fieldKind !== "message" || action.kind.case === "custom") {
    return action.kind.case === "custom" ? customParameters(action.kind.value) : [];
  }
  return ofMessage(reflect(own.message, action.kind.value as never));
}

function customParameters({ parameters }: { parameters: { name: string; value?: { value: { value?: unknown } } }[] }) {
  return parameters.map(({ name, value }): [string, string] => [words(name), shown(value?.value.value)]);
}

function ofMessage(message: ReflectMessage): [string, string][] {
  return message.fields
    .filter((field) => message.isSet(field) && field.name !== "literal")
    .map((field): [string, string] => {
      const value: unknown = message.get(field);
      if (field.fieldKind === "enum") {
        return [words(field.name), words(field.enum.value[value as number]?.localName ?? "").toLowerCase()];
      }
      return [words(field.name), shown(field.fieldKind === "message" ? (value as ReflectMessage).message : value)];
    });
}

function shown(value: unknown): string {
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (typeof value === "object" && value !== null && "$typeName" in value) {
    return ofKnown(value as { $typeName: string } & Record<string, never>);
  }
  return named(String(value ?? ""));
}

function ofKnown(value: { $typeName: string } & Record<string, never>): string {
  switch (value.$typeName) {
    case "google.type.Money":
      return amount(value as unknown as Money);
    case "google.protobuf.Timestamp":
      return moment(value as unknown as Timestamp);
    case "amends.v1.Span": {
      const { length } = value as unknown as { length: { case?: string; value?: unknown } };
      return length.case === "businessDays" ? `${length.value} business days` : shown(length.value);
    }
    case "google.protobuf.Duration":
      return lengthOf(Number((value as unknown as { seconds: bigint }).seconds));
    default:
      return "";
  }
}

/** A length of time in its largest unit that is whole. */
export function lengthOf(seconds: number): string {
  const units: [string, number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, one]) => seconds % one === 0 && seconds >= one) ?? units[3]!;
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
