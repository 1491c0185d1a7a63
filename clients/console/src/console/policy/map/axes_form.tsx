/** What the map shows, to be chosen: the fact on each axis, and what the others are held at. */
import type { FactSpec, RulePack } from "amends-client";
import { axisFacts, withAxis, withHeld, type Axes } from "./axes.ts";
import { axisValues, everywhere } from "./grid.ts";
import { factName, wordsOf } from "./values.ts";

interface AxesFormProps {
  pack: RulePack;
  axes: Axes;
  onAxes: (axes: Axes) => void;
}

export function AxesForm({ pack, axes, onAxes }: AxesFormProps) {
  const facts = axisFacts(pack);
  const others = facts.filter(({ path }) => path !== axes.across && path !== axes.down);
  const [first, rest] = [others.filter(({ path }) => pack.main.includes(path)), others.filter(({ path }) => !pack.main.includes(path))];
  const held = (spec: FactSpec) => (
    <Held key={spec.path} pack={pack} spec={spec} text={axes.held.get(spec.path) ?? ""} onHold={(text) => onAxes(withHeld(axes, spec.path, text))} />
  );
  return (
    <form class="sheet" aria-label="What the map shows" onSubmit={(event) => event.preventDefault()}>
      <div class="filters">
        <OfFacts question="Across" facts={facts} path={axes.across} onChoose={(path) => onAxes(withAxis(axes, "across", path))} />
        <OfFacts question="Down" facts={facts} path={axes.down} onChoose={(path) => onAxes(withAxis(axes, "down", path))} />
        {first.map(held)}
      </div>
      {rest.length > 0 && (
        <details class="panel" open={rest.some(({ path }) => axes.held.has(path))}>
          <summary>Hold other facts ({rest.length})</summary>
          <div class="filters">{rest.map(held)}</div>
        </details>
      )}
    </form>
  );
}

interface OfFactsProps {
  question: string;
  facts: readonly FactSpec[];
  path: string;
  onChoose: (path: string) => void;
}

function OfFacts({ question, facts, path, onChoose }: OfFactsProps) {
  return (
    <label>
      {question}
      <select value={path} onChange={(event) => onChoose(event.currentTarget.value)}>
        {facts.map((spec) => (
          <option key={spec.path} value={spec.path}>
            {factName(spec.path)} ({axisValues(spec).length})
          </option>
        ))}
      </select>
    </label>
  );
}

interface HeldProps {
  pack: RulePack;
  spec: FactSpec;
  text: string;
  onHold: (text: string) => void;
}

function Held({ pack, spec, text, onHold }: HeldProps) {
  const usual = everywhere(pack).get(spec.path);
  const known = axisValues(spec).filter(({ value }) => value !== undefined);
  return (
    <label>
      {factName(spec.path)}
      <select id={idOfHeld(spec.path)} value={text} onChange={(event) => onHold(event.currentTarget.value)}>
        <option value="">{usual ? wordsOf(usual, spec) : spec.path === "observe_time" ? "now" : "not known"}</option>
        {known.map((one) => (
          <option key={one.text} value={one.text}>
            {one.words}
          </option>
        ))}
      </select>
    </label>
  );
}

export function idOfHeld(path: string): string {
  return `held-${path}`;
}
