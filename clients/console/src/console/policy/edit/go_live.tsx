/** Asks for the draft to decide: it is checked, tested and proved like any other activation, on a page of its own. */
import type { AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { Line } from "../../../inputs.tsx";
import { Doing } from "../../doing.tsx";
import { linkTo } from "../../place.ts";
import { ForPublishers } from "../../publishers.tsx";
import { UNSAID, Why } from "../../why.tsx";
import { sent, type Draft } from "./drafts.ts";

interface GoLiveProps {
  amends: AmendsClient;
  draft: Draft;
  /** The policy, unless another one is said. */
  usual: string;
  /** As the service compiled it, as it stands now. */
  version: string;
  onAsked: () => void;
}

export function GoLive({ amends, draft, usual, version, onAsked }: GoLiveProps) {
  const [said, setSaid] = useState<string>();
  const [wanted, setWanted] = useState(UNSAID);
  const policy = said ?? usual;

  async function asked(): Promise<void> {
    const { activation } = await amends.activateRulePack({
      policy: policy.trim(),
      pack: { case: "files", value: sent(draft) },
      reason: wanted.reason.trim(),
      ticket: wanted.ticket.trim(),
    });
    onAsked();
    location.hash = linkTo(`activations/${activation!.activationId}`);
  }

  return (
    <section aria-labelledby="go-live">
      <h2 id="go-live">Let it go live</h2>
      <ForPublishers amends={amends} to="let it go live">
        <Doing name="Ask for it to go live" about="Go live" onDo={asked}>
          <p>
            {draft.packId} {version} is checked, tested and proved first, and this leads to the page that follows it; until then, and if
            anything is wrong, nothing changes.
          </p>
          {draft.lacksTests && <p class="late">Its own tests are not among these files: it would go live without them.</p>}
          <Line question="Policy" value={policy} onType={setSaid} />
          <Why said={wanted} onSay={setWanted} />
        </Doing>
      </ForPublishers>
    </section>
  );
}
