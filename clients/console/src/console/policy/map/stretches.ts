/**
 * What stretch each value of an axis stands for. The service gives every bound that a condition names, one value between
 * any two that leave room for one, and one beyond either end: which of them are bounds follows from where they lie.
 */
import { minorUnits, type FactSpec, type FactValue } from "amends-client";
import { wordsOf } from "./values.ts";

/** In words, one for each value; undefined where it does not follow. */
export function stretches({ tellingValues, ...spec }: FactSpec): readonly string[] | undefined {
  const numbers = tellingValues.map(numberOf).filter((one) => one !== undefined);
  if (numbers.length < 2 || numbers.length < tellingValues.length) {
    return undefined;
  }
  const [reading, another] = readings(numbers, { ...spec, tellingValues });
  return reading && !another ? reading.map((isBound, place) => inWords(isBound, place, { ...spec, tellingValues })) : undefined;
}

function inWords(isBound: boolean, place: number, spec: FactSpec): string {
  const at = (other: number) => wordsOf(spec.tellingValues[other]!, spec);
  if (isBound) {
    return at(place);
  }
  if (place === 0) {
    return `below ${at(1)}`;
  }
  return place === spec.tellingValues.length - 1 ? `above ${at(place - 1)}` : `between ${at(place - 1)} and ${at(place + 1)}`;
}

const NANOS = 1_000_000_000n;

/** As bounds count it: money in minor units, time in nanoseconds. */
function numberOf({ value }: FactValue): bigint | undefined {
  switch (value.case) {
    case "integer":
      return value.value;
    case "money":
      return minorUnits(value.value);
    case "duration":
    case "timestamp":
      return value.value.seconds * NANOS + BigInt(value.value.nanos);
    default:
      return undefined;
  }
}

/** Every way to say of each value whether it is a bound. */
function readings(numbers: readonly bigint[], spec: FactSpec): readonly (readonly boolean[])[] {
  const begun = numbers.reduce<boolean[][]>(
    (open, _, place) =>
      open.flatMap((before) => [true, false].map((isBound) => [...before, isBound])).filter((now) => fits(numbers, now, place, spec)),
    [[]],
  );
  return begun.filter((reading) => endFits(numbers, reading, spec));
}

/** Whether the last that was said goes with what stands before it. */
function fits(numbers: readonly bigint[], said: readonly boolean[], place: number, { minimum }: FactSpec): boolean {
  const [here, before, twice] = [numbers[place]!, numbers[place - 1], numbers[place - 2]];
  if (before === undefined) {
    // Below a bound that is not the least there is always one more.
    return !said[place] || here === minimum;
  }
  if (!said[place]) {
    return said[place - 1]!;
  }
  if (said[place - 1]) {
    return here - before === 1n;
  }
  if (twice === undefined) {
    return minimum === undefined || before === minimum + (here - minimum) / 2n;
  }
  return here - twice > 1n && before === twice + (here - twice) / 2n;
}

function endFits(numbers: readonly bigint[], said: readonly boolean[], { maximum }: FactSpec): boolean {
  const [last, before] = [numbers.at(-1)!, numbers.at(-2)!];
  if (said.at(-1)) {
    return last === maximum;
  }
  return maximum === undefined ? last > before : last === maximum - (maximum - before) / 2n;
}
