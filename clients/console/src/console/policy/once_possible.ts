/** Work on packs is bounded: who asks too soon asks again, and nobody has to press a button for it. */
import { AmendsError } from "amends-client";

const BUSY_MS = 500;

/** Others check as well, or what was asked before is still being ended: then it is asked again. */
export async function oncePossible<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal?.aborted || !(error instanceof AmendsError) || error.reason !== "TOO_MANY_CHECKS") {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }
}
