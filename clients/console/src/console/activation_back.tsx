/** Rolls a policy back to the pack of an earlier activation: what will change, why, and then the activation that does it. */
import { ActivationState, type Activation, type AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { packOf } from "./activation_words.ts";
import { useAsked } from "./asked.ts";
import { Doing } from "./doing.tsx";
import { linkTo } from "./place.ts";
import { ForPublishers } from "./publishers.tsx";
import { Told } from "./told.tsx";
import { UNSAID, Why } from "./why.tsx";

export function RollBack({ amends, activation }: { amends: AmendsClient; activation: Activation }) {
  const { policy, digest } = activation;
  const [wanted, setWanted] = useState(UNSAID);
  const live = useAsked((signal) => liveOf(amends, policy, signal), [amends, policy]);

  async function back(): Promise<void> {
    const { activation: asked } = await amends.activateRulePack({
      policy,
      pack: { case: "digest", value: digest },
      reason: wanted.reason.trim(),
      ticket: wanted.ticket.trim(),
    });
    location.hash = linkTo(`activations/${asked!.activationId}`);
  }

  if (live.answer?.digest === digest) {
    return <p class="notice">The policy {policy} decides by this pack.</p>;
  }
  return (
    <section aria-labelledby="back">
      <h2 id="back">Roll back to this pack</h2>
      <Told asked={live} />
      <ForPublishers amends={amends} to="roll back">
        <Doing name="Roll back" about="Roll back" onDo={back}>
          <p>
            The policy {policy} goes from {live.answer ? packOf(live.answer) : "what it has now"} to {packOf(activation)}. It is checked
            and proved first; until then, and if anything is wrong, nothing changes.
          </p>
          <Why said={wanted} onSay={setWanted} />
        </Doing>
      </ForPublishers>
    </section>
  );
}

/** What went live last for a policy, if that is still so. */
async function liveOf(amends: AmendsClient, policy: string, signal: AbortSignal): Promise<Activation | undefined> {
  for await (const one of amends.eachActivation({ policy }, { signal })) {
    if (one.state === ActivationState.LIVE) {
      return one;
    }
  }
  return undefined;
}
