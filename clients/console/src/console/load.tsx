/** Where the facts come from that one begins with: an example, a recorded decision, or JSON. */
import type { AmendsClient } from "amends-client";
import { useRef, useState } from "preact/hooks";
import { Line } from "../inputs.tsx";
import { Trouble } from "../trouble.tsx";
import { blank, recorded, type Begun } from "./begin.ts";
import { examples } from "./examples.ts";
import { situationOf } from "./share.ts";

interface LoadProps {
  amends: AmendsClient;
  /** The pack's, for the money of the examples. */
  currency: string;
  onLoad: (begun: Begun) => void;
}

export function Load({ amends, currency, onLoad }: LoadProps) {
  const [decisionId, setDecisionId] = useState("");
  const [json, setJson] = useState("");
  const [trouble, setTrouble] = useState<unknown>();
  const panel = useRef<HTMLDetailsElement>(null);

  async function load(begun: () => Promise<Begun> | Begun): Promise<void> {
    try {
      onLoad(await begun());
      setTrouble(undefined);
      panel.current!.open = false;
    } catch (error) {
      setTrouble(error);
    }
  }

  return (
    <details class="panel" ref={panel}>
      <summary>Load</summary>
      <Trouble trouble={trouble} away="The service does not answer." />
      <div class="buttons">
        {currency &&
          examples(currency).map(([name, situation]) => (
            <button key={name} type="button" onClick={() => void load(() => ({ situation, policy: "" }))}>
              {name}
            </button>
          ))}
        <button type="button" onClick={() => void load(() => ({ situation: blank(), policy: "" }))}>
          Nothing known
        </button>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void load(() => recorded(amends, decisionId.trim()));
        }}
      >
        <Line question="Id of a recorded decision" value={decisionId} onType={setDecisionId} />
        <div class="buttons">
          <button type="submit">Load the decision</button>
        </div>
      </form>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void load(() => ({ situation: situationOf(json), policy: "" }));
        }}
      >
        <label>
          A situation in JSON
          <textarea rows={4} value={json} onInput={(event) => setJson(event.currentTarget.value)} />
        </label>
        <div class="buttons">
          <button type="submit">Load the JSON</button>
        </div>
      </form>
    </details>
  );
}
