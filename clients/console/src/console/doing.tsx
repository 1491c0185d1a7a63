/** Something that is done for good: it says what goes wrong, who may not learns why not, and it is done once at a time. */
import { NotAuthenticated } from "amends-client";
import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import { Trouble } from "../trouble.tsx";
import { Stranger } from "./asked.ts";

interface DoingProps {
  /** On its button. */
  name: string;
  /** Its form's name. */
  about: string;
  onDo: () => Promise<void>;
  children?: ComponentChildren;
}

export function Doing({ name, about, onDo, children }: DoingProps) {
  const [isUnderWay, setUnderWay] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const stranger = useContext(Stranger);

  async function done(): Promise<void> {
    setUnderWay(true);
    setTrouble(undefined);
    try {
      await onDo();
    } catch (error) {
      if (error instanceof NotAuthenticated) {
        stranger?.();
      } else {
        setTrouble(error);
      }
    }
    setUnderWay(false);
  }

  return (
    <form
      class="question"
      aria-label={about}
      onSubmit={(event) => {
        event.preventDefault();
        void done();
      }}
    >
      {children}
      <Trouble trouble={trouble} away="The service does not answer. Whether it was done is not known: look again." />
      <div class="buttons">
        <button type="submit" disabled={isUnderWay}>
          {name}
        </button>
      </div>
    </form>
  );
}
