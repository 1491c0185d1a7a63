/** How two packs differ: what their parts say, and what they decide. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  PackDifferenceKind,
  type AmendsClient,
  type ChosenPack,
  type CompareRulePacksResponse,
  type Decision,
  type DecisionDifference,
  type PackChoiceSchema,
  type PackDifference,
} from "amends-client";
import { actionInWords, outcomeWords, words } from "../../words.ts";
import { useAsked } from "../asked.ts";
import { written } from "../share.ts";
import { Table } from "../table.tsx";
import { Told } from "../told.tsx";
import { oncePossible } from "./once_possible.ts";

export type Choice = MessageInitShape<typeof PackChoiceSchema>;

interface DifferenceProps {
  amends: AmendsClient;
  /** Asked again where one of them is another object than before. */
  before: Choice;
  after: Choice;
  /** By which the situations of examples are tried. */
  policy: string;
}

export function Difference({ amends, before, after, policy }: DifferenceProps) {
  const compared = useAsked(
    async (signal) => {
      const told = await oncePossible(() => amends.compareRulePacks({ before, after, locale: navigator.language }, { signal }), signal);
      return { told, before, after };
    },
    [amends, before, after],
  );
  const isNow = compared.answer?.before === before && compared.answer.after === after;
  const told = isNow ? compared.answer?.told : undefined;
  return (
    <>
      <Told asked={compared} />
      <p role="status" class="outcome" aria-busy={told === undefined && compared.trouble === undefined}>
        {told ? summary(told) : compared.trouble === undefined && "Comparing what they say and decide: a few seconds…"}
      </p>
      {told && <Compared told={told} policy={policy} />}
    </>
  );
}

function summary({ before, after, differences, situationsCompared, situationsDiffering }: CompareRulePacksResponse): string {
  if (!isWhole(before) || !isWhole(after)) {
    return "One of them does not compile, so nothing is compared.";
  }
  if (before!.digest === after!.digest) {
    return "They are the same rules.";
  }
  const decided =
    situationsDiffering === 0
      ? `none of ${situationsCompared} situations is decided differently`
      : `${situationsDiffering} of ${situationsCompared} situations are decided differently`;
  return `${differences.length === 1 ? "1 part differs" : `${differences.length} parts differ`}; ${decided}.`;
}

function isWhole(pack: ChosenPack | undefined): boolean {
  return pack !== undefined && pack.digest !== "";
}

interface ComparedProps {
  told: CompareRulePacksResponse;
  policy: string;
}

function Compared({ told: { before, after, differences, examples }, policy }: ComparedProps) {
  return (
    <>
      {[before, after].map((pack, place) => pack && !isWhole(pack) && <Broken key={place} pack={pack} />)}
      {differences.length > 0 && (
        <section aria-labelledby="differ-words">
          <h2 id="differ-words">In words</h2>
          {differences.map((one) => (
            <OnePart key={`${one.section} ${one.partId}`} part={one} />
          ))}
        </section>
      )}
      {examples.length > 0 && (
        <section aria-labelledby="differ-decisions">
          <h2 id="differ-decisions">In decisions</h2>
          <Table name="Situations that are decided differently, some of them" columns={["Situation", "Before", "After", "In Decide"]}>
            {examples.map((one) => (
              <OneExample key={one.about} example={one} policy={policy} />
            ))}
          </Table>
        </section>
      )}
    </>
  );
}

function Broken({ pack: { packId, diagnostics } }: { pack: ChosenPack }) {
  return (
    <section class="not" aria-label={`What is wrong with ${packId}`}>
      <h2>{packId} does not compile</h2>
      <ul>
        {diagnostics.map(({ file, line, column, message }) => (
          <li key={`${file}:${line}:${column} ${message}`}>
            {file}:{line}:{column} {message}
          </li>
        ))}
      </ul>
    </section>
  );
}

const KINDS: Readonly<Record<PackDifferenceKind, string>> = {
  [PackDifferenceKind.UNSPECIFIED]: "differs",
  [PackDifferenceKind.ADDED]: "new",
  [PackDifferenceKind.REMOVED]: "gone",
  [PackDifferenceKind.CHANGED]: "changed",
};

function OnePart({ part: { kind, section, partId, title, before, after } }: { part: PackDifference }) {
  return (
    <article class="differs">
      <h3>
        {title || partId} <small>{`${words(section).toLowerCase()}, ${KINDS[kind]}`}</small>
      </h3>
      <ul>
        {merged(before, after).map(({ line, as: Mark, said }, place) => (
          <li key={place}>
            <Mark>
              {said && <span class="unseen">{said}: </span>}
              {line}
            </Mark>
          </li>
        ))}
      </ul>
    </article>
  );
}

interface Line {
  line: string;
  as: "span" | "del" | "ins";
  /** For who hears it: what its look says. */
  said: string;
}

/** What stays in its order, and between it what is gone and then what is new. */
function merged(before: readonly string[], after: readonly string[]): readonly Line[] {
  const found: Line[] = [];
  let at = 0;
  const take = (to: number) => found.push(...after.slice(at, to).map((line): Line => ({ line, as: "ins", said: "new" })));
  for (const line of before) {
    const to = after.indexOf(line, at);
    if (to < 0) {
      found.push({ line, as: "del", said: "gone" });
    } else {
      take(to);
      found.push({ line, as: "span", said: "" });
      at = to + 1;
    }
  }
  take(after.length);
  return found;
}

interface OneExampleProps {
  example: DecisionDifference;
  policy: string;
}

function OneExample({ example: { about, situation, before, after }, policy }: OneExampleProps) {
  return (
    <tr>
      <th scope="row">{about}</th>
      <td>
        <Given decision={before} />
      </td>
      <td>
        <Given decision={after} />
      </td>
      <td>
        {situation && (
          <a href={written("Link", { situation, policy })}>
            Try it<span class="unseen"> in Decide: {about}</span>
          </a>
        )}
      </td>
    </tr>
  );
}

/** What it comes to, a line an action. */
function Given({ decision }: { decision: Decision | undefined }) {
  const lines = (decision?.actions ?? []).map(actionInWords);
  return lines.length === 0 ? (
    <>{decision && outcomeWords[decision.outcome]}</>
  ) : (
    <ul>
      {lines.map((line, place) => (
        <li key={place}>{line}</li>
      ))}
    </ul>
  );
}
