// A chart of several series over one time axis, each in a panel of its own: their units differ. Drawn as SVG or as text.
import type { Bins } from "./series.ts";

export interface Panel {
  readonly title: string;
  readonly unit: string;
  /** The axis goes at least so far. */
  readonly least: number;
  /** One per bin. */
  readonly values: readonly number[];
}

/** A moment worth a line through all panels. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly bins: Bins;
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below the value. */
const handy = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= value * (1 - 1e-9)) ?? value;
};

/** Where a panel's axis ends: above every value, and half of it is a number that reads well. */
export const axisTop = ({ values, least }: Panel): number => 2 * handy(Math.max(least, ...values) / 2);

/** Seconds after the start at which the time axis is labelled: at most so many. */
export const timeTicks = ({ binMs, count }: Bins, most: number): readonly number[] => {
  const seconds = (binMs * count) / 1_000;
  const step = handy(seconds / most);
  return Array.from({ length: Math.floor(seconds / step + 1e-9) + 1 }, (_, index) => Number((index * step).toFixed(3)));
};

/** Up to three digits that count. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
