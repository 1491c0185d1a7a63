/** The service's numbers, read from where Prometheus reads them: sums over all workers, and nothing of any case. */

/** One look at the numbers. */
export interface Look {
  /** When, in milliseconds, by a clock that only grows. */
  at: number;
  samples: readonly Sample[];
}

interface Sample {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The numbers now. Who may not see them is told so as an error. */
export async function looked(token: string, signal: AbortSignal): Promise<Look> {
  const answer = await fetch(new URL("../metrics", location.href), {
    signal,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`The numbers cannot be read: ${answer.status}`);
  }
  return { at: performance.now(), samples: text.split("\n").flatMap((line) => sampleOf(line)) };
}

function sampleOf(line: string): Sample[] {
  const [, name, labels = "", value] = LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    return [];
  }
  const found = [...labels.matchAll(LABEL)].map(([, label = "", said = ""]): [string, string] => [label, plain(said)]);
  return [{ name, labels: new Map(found), value: Number(value.replace("Inf", "Infinity")) }];
}

function plain(said: string): string {
  return said.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
}

/** The sum of all samples of a name that have these labels. */
export function total({ samples }: Look, name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples.filter((one) => one.name === name && has(one, labels)).reduce((sum, { value }) => sum + value, 0);
}

/** The values of a label that a name has, in their order. */
export function valuesOf({ samples }: Look, name: string, label: string): readonly string[] {
  const found = samples.filter((one) => one.name === name).map(({ labels }) => labels.get(label) ?? "");
  return [...new Set(found)].sort();
}

/** What a label says where others say this; empty: nothing does. */
export function label({ samples }: Look, name: string, labels: Readonly<Record<string, string>>, wanted: string): string {
  return samples.find((one) => one.name === name && has(one, labels))?.labels.get(wanted) ?? "";
}

function has({ labels }: Sample, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels.get(name) === value);
}

/** By how much a number grew each second between two looks; a service that began anew counts from nothing. */
export function rate(before: Look, now: Look, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const [was, is] = [total(before, name, labels), total(now, name, labels)];
  return ((is < was ? is : is - was) * 1000) / (now.at - before.at);
}

/** Within how many seconds such a share of a method's calls were answered, as finely as is counted; undefined: none was. */
export function within(look: Look, method: string, share: number): number | undefined {
  const buckets = look.samples
    .filter((one) => one.name === "amends_call_seconds_bucket" && one.labels.get("method") === method)
    .map(({ labels, value }): [number, number] => [Number((labels.get("le") ?? "").replace("+Inf", "Infinity")), value])
    .sort(([one], [other]) => one - other);
  const all = buckets.at(-1)?.[1] ?? 0;
  return all === 0 ? undefined : buckets.find(([, count]) => count >= all * share)?.[0];
}
