// Steps gathered into days of the place, whatever its clocks do.
import { badness } from "./conditions.ts";
import type { DailyRow, Step } from "./forecast.ts";
import { endOf, HOUR_MS, sumKeepingRounder, toHundredths } from "./reading.ts";
import { dayBounds, localDate } from "./zone.ts";

interface Day {
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

/** As much of a step as is in a day. */
interface Part {
  readonly step: Step;
  readonly hours: number;
}

/** Clocks that go back over midnight show a date again, which is over. */
const dayAt = (ms: number, zone: string): Day => {
  const date = localDate(ms, zone);
  const { start, end } = dayBounds(date, zone);
  return ms < end ? { date, start, end } : dayAt(end, zone);
};

const partsByDay = (steps: readonly Step[], zone: string): ReadonlyMap<Day, readonly Part[]> => {
  const days = new Map<Day, Part[]>();
  let day: Day = { date: "", start: 0, end: Number.NEGATIVE_INFINITY };
  for (const step of steps) {
    const start = Date.parse(step.start);
    const end = endOf({ start, hours: step.hours });
    for (let at = start; at < end; at = Math.min(end, day.end)) {
      if (at >= day.end) day = dayAt(at, zone);
      const part = { step, hours: (Math.min(end, day.end) - at) / HOUR_MS };
      days.set(day, (days.get(day) ?? []).concat(part));
    }
  }
  return days;
};

const rowOf = ({ date, start, end }: Day, parts: readonly Part[], round: (value: number) => number): DailyRow => {
  const steps = parts.map(({ step }) => step);
  // Measured when the step began, so of that day alone; rain and the sky are of the whole step.
  const begun = steps.filter((step) => Date.parse(step.start) >= start);
  const extreme = (pick: (...values: number[]) => number, key: "temperature" | "windSpeed" | "gust"): number | null => {
    const known = (begun.length > 0 ? begun : steps).flatMap((step) => step[key] ?? []);
    return known.length === 0 ? null : pick(...known);
  };
  const rain = parts.flatMap(({ step, hours }) =>
    step.precipitation === null ? [] : (step.precipitation * hours) / step.hours,
  );
  return {
    date,
    tempMin: extreme(Math.min, "temperature"),
    tempMax: extreme(Math.max, "temperature"),
    precipitation: rain.length === 0 ? null : round(rain.reduce((sum, amount) => sum + amount, 0)),
    windMax: extreme(Math.max, "windSpeed"),
    gustMax: extreme(Math.max, "gust"),
    condition: steps.reduce((worst, step) => (badness(step) > badness(worst) ? step : worst)).condition,
    hoursCovered: toHundredths(parts.reduce((sum, { hours }) => sum + hours, 0)),
    hoursInDay: (end - start) / HOUR_MS,
  };
};

/** A row for each day that the steps reach; rain is split at midnight by time, so that its sum stays the total. */
export const daysOf = (steps: readonly Step[], zone: string): readonly DailyRow[] => {
  const round = sumKeepingRounder();
  return [...partsByDay(steps, zone)].map(([day, parts]) => rowOf(day, parts, round));
};
