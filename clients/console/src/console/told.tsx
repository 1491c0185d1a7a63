/** What went wrong with a question, and the button that asks it again. */
import { NotAuthenticated } from "amends-client";
import { Trouble } from "../trouble.tsx";
import type { Asked } from "./asked.ts";

const AWAY = "The service does not answer. What stands below may be old.";

export function Told({ asked }: { asked: Pick<Asked<unknown>, "trouble" | "again"> }) {
  // Who is not known is asked to sign in, above the page.
  if (asked.trouble === undefined || asked.trouble instanceof NotAuthenticated) {
    return null;
  }
  return (
    <div class="told">
      <Trouble trouble={asked.trouble} away={AWAY} />
      <button type="button" onClick={asked.again}>
        Ask again
      </button>
    </div>
  );
}
