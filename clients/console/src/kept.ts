/** What an agent has typed to sign in: kept as long as the browser's tab is open, for each ticket opens this page anew. */
const NAME = "amends.token";

export function kept(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    // The browser keeps nothing for pages within others': then each page asks.
    return "";
  }
}

export function keep(token: string): void {
  try {
    sessionStorage.setItem(NAME, token);
  } catch {
    // As above.
  }
}
