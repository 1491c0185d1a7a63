/** A situation to take elsewhere: a link to this page, JSON, and the call in curl and Python. */
import { fromJson, SituationSchema, toJson, type Situation } from "amends-client";
import { linkTo } from "./place.ts";

export interface Shared {
  situation: Situation;
  policy: string;
}

export const FORMS = ["Link", "JSON", "curl", "Python"] as const;
export type Form = (typeof FORMS)[number];

export function written(form: Form, shared: Shared): string {
  switch (form) {
    case "Link":
      return linkOf(shared);
    case "JSON":
      return JSON.stringify(jsonOf(shared.situation), undefined, 2);
    case "curl":
      return curlOf(shared);
    case "Python":
      return pythonOf(shared);
  }
}

/** A situation from its JSON; a `RangeError` says why it is none. */
export function situationOf(text: string): Situation {
  try {
    return fromJson(SituationSchema, JSON.parse(text));
  } catch (error) {
    throw new RangeError(`This is no situation: ${(error as Error).message}`);
  }
}

function jsonOf(situation: Situation) {
  return toJson(SituationSchema, situation);
}

function linkOf({ situation, policy }: Shared): string {
  const link = linkTo("decide", { policy, situation: JSON.stringify(jsonOf(situation)) });
  return new URL(link, location.href).href;
}

function curlOf({ situation, policy }: Shared): string {
  const body = JSON.stringify({ policy, preview: true, situation: jsonOf(situation) }, undefined, 2);
  const address = new URL("../v1/decisions:decide", location.href).href;
  return [
    `curl -s ${quoted(address)} \\`,
    `  -H 'content-type: application/json' -H "x-api-key: $AMENDS_TOKEN" \\`,
    `  -d ${quoted(body)}`,
  ].join("\n");
}

/** For a shell: one word, of which nothing is read. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function pythonOf({ situation, policy }: Shared): string {
  const said = JSON.stringify(JSON.stringify(jsonOf(situation)));
  return [
    "import os",
    "",
    "from google.protobuf.json_format import Parse",
    "",
    "from amends_client import AmendsClient",
    "from amends.v1.situation_pb2 import Situation",
    "",
    `situation = Parse(${said}, Situation())`,
    "# Where its gRPC side is.",
    `target = os.environ.get("AMENDS_ADDRESS", "127.0.0.1:50051")`,
    `with AmendsClient(target, token=os.environ.get("AMENDS_TOKEN")) as amends:`,
    `    answer = amends.decide(situation, policy=${JSON.stringify(policy)}, preview=True)`,
    "    print(answer.decision)",
    "",
  ].join("\n");
}
