/** A question to the service, asked anew when what it depends on changes; the former is then called off. */
import { NotAuthenticated } from "amends-client";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

/** Told when the service does not know who asks. */
export const Stranger = createContext<(() => void) | undefined>(undefined);

export interface Asked<T> {
  /** The last answer: it stays while the next one is awaited. */
  answer: T | undefined;
  trouble: unknown;
  again: () => void;
}

/** `depends` as of an effect; `pause` in milliseconds, for what changes with every key. */
export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>, depends: readonly unknown[], pause = 0): Asked<T> {
  const [answer, setAnswer] = useState<T>();
  const [trouble, setTrouble] = useState<unknown>();
  const [round, setRound] = useState(0);
  const stranger = useContext(Stranger);
  useEffect(() => {
    const stop = new AbortController();
    const later = setTimeout(() => void asked(stop.signal), pause);
    return () => {
      clearTimeout(later);
      stop.abort();
    };
  }, [...depends, round]);

  async function asked(signal: AbortSignal): Promise<void> {
    try {
      const found = await ask(signal);
      if (!signal.aborted) {
        setAnswer(() => found);
        setTrouble(undefined);
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof NotAuthenticated) {
        stranger?.();
      }
      setTrouble(error);
    }
  }

  return { answer, trouble, again: () => setRound((before) => before + 1) };
}
