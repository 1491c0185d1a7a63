/** What went wrong with a question, and the button that asks it again. */
import { NotAuthenticated } from "amends-client";
import { Trouble } from "../trouble.tsx";
import type { Asked } from "./asked.ts";

const AWAY = "The service does not answer. What stands below may be old.";

type Question = Pick<Asked<unknown>, "trouble" | "again">;

interface ToldProps {
  asked: Question;
  /** Another question of the same page: where both went wrong, mostly for one reason, one is told and both are asked again. */
  also?: Question;
}

export function Told({ asked, also }: ToldProps) {
  const wrong = [asked, also].filter((one) => one !== undefined).filter(isWrong);
  return wrong[0] === undefined ? null : (
    <div class="told">
      <Trouble trouble={wrong[0].trouble} away={AWAY} />
      <button type="button" onClick={() => wrong.forEach((one) => one.again())}>
        Ask again
      </button>
    </div>
  );
}

/** Who is not known is asked to sign in, above the page. */
function isWrong({ trouble }: Question): boolean {
  return trouble !== undefined && !(trouble instanceof NotAuthenticated);
}
