/** Asks who calls, where the page around has not said it. What is typed is kept as long as the page is open, and nowhere else. */
import { useState } from "preact/hooks";

export function SignIn({ onSign }: { onSign: (token: string) => void }) {
  const [token, setToken] = useState("");
  return (
    <>
      <h1>Sign in</h1>
      <form
        class="question"
        onSubmit={(event) => {
          event.preventDefault();
          onSign(token.trim());
        }}
      >
        <p>The service does not know who asks.</p>
        <label>
          API key or token
          <input
            type="password"
            required
            autocomplete="off"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <div class="buttons">
          <button type="submit" class="first">
            Sign in
          </button>
        </div>
      </form>
    </>
  );
}
