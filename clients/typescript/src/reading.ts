/** Reading a decision: questions that every caller asks of an action. The messages stay the model. */
import type { Action } from "./gen/amends/v1/action_pb.js";

/** True where money is still to be given and its amount is known for certain. */
export function hasAmountLeft(action: Action): boolean {
  return action.amount !== undefined && action.amountNeeds.length === 0;
}

/** True where the acting role may do it and promise it at once: allowed, settled, not held, not done before. */
export function mayDoNow(action: Action): boolean {
  return (
    action.mayGrantNow &&
    !action.alreadyGiven &&
    action.unsettled.length === 0 &&
    action.onHold.length === 0 &&
    action.amountNeeds.length === 0
  );
}
