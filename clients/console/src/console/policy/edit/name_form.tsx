/** Asks for the name of a file, and says while it is typed why it cannot be one. */
import { useId, useState } from "preact/hooks";
import { Line } from "../../../inputs.tsx";
import { whyNot, type Files } from "./pack_files.ts";

interface NameFormProps {
  question: string;
  /** On its button. */
  name: string;
  files: Files;
  /** What stands there at first, and may stay. */
  begun: string;
  onName: (path: string) => void;
}

export function NameForm({ question, name, files, begun, onName }: NameFormProps) {
  const [path, setPath] = useState(begun);
  const mistakeId = useId();
  const why = path === begun ? "" : files.has(path) ? "there is one of that name" : whyNot(path);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (path && !why) {
          onName(path);
          setPath(begun);
        }
      }}
    >
      <Line question={question} value={path} mistakeId={mistakeId} onType={setPath} />
      <p id={mistakeId} class="mistake" role="status">
        {why}
      </p>
      <div class="buttons">
        <button type="submit" class="small">
          {name}
        </button>
      </div>
    </form>
  );
}
