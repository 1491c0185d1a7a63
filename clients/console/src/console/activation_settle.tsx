/** What a person may still say of an activation that is not settled: let it go live, or call it off. */
import { ActivationState, type Activation, type AmendsClient } from "amends-client";
import { useState } from "preact/hooks";
import { Line } from "../inputs.tsx";
import { Doing } from "./doing.tsx";
import { ForPublishers } from "./publishers.tsx";

interface SettleProps {
  amends: AmendsClient;
  activation: Activation;
  onDone: () => void;
}

const OPEN: readonly ActivationState[] = [ActivationState.REQUESTED, ActivationState.CHECKING, ActivationState.AWAITING_APPROVAL];

export function Settle({ amends, activation: { activationId, state }, onDone }: SettleProps) {
  const [reason, setReason] = useState("");
  if (!OPEN.includes(state)) {
    return null;
  }
  return (
    <ForPublishers amends={amends} to="approve it or call it off">
      {state === ActivationState.AWAITING_APPROVAL && (
        <Doing
          name="Approve"
          about="Approve"
          onDo={async () => {
            await amends.approveActivation({ activationId });
            onDone();
          }}
        >
          <p>Nothing is wrong with it. Somebody else than who asked for it can let it go live.</p>
        </Doing>
      )}
      <Doing
        name="Call off"
        about="Call off"
        onDo={async () => {
          await amends.cancelActivation({ activationId, reason: reason.trim() });
          onDone();
        }}
      >
        <Line question="Why it is called off" value={reason} onType={setReason} />
      </Doing>
    </ForPublishers>
  );
}
