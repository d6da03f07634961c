// Deliveries with the faults that someone asked for: the same thing twice, or after the one that follows it.
import type { Occurrence } from "../faults/faults.ts";
import type { Ground } from "../ports.ts";

/** One that nothing follows is delivered after this time. */
const LATEST_MS = 1000;

interface Delivering<T> {
  /** Of the table in which what is overtaken waits: a killed process loses nothing. */
  readonly name: string;
  /** Must not throw. */
  readonly deliver: (value: T) => void;
  /** What comes the second time; the same thing without it. */
  readonly again?: (value: T) => readonly T[];
}

/** Wraps the delivery of plain values. */
export const struckDelivery = <T>(
  { store, clock, faults }: Pick<Ground, "store" | "clock" | "faults">,
  { name, deliver, again = (value) => [value] }: Delivering<T>,
): ((value: T, occurrence: Omit<Occurrence, "action">) => void) => {
  const overtaken = store.table<T>(name);
  let held = overtaken.list({ limit: 1 }).length; // so that nothing is read while nothing is held
  let number = clock.now();
  const release = (): void => {
    if (held === 0) return;
    held = 0;
    store.transaction(() => {
      for (const [key, value] of overtaken.list()) {
        overtaken.remove(key);
        deliver(value);
      }
    });
  };
  const releaseAt = (time: number): void => {
    clock.at(time, `overtaken deliveries (${name})`, release);
  };
  if (held > 0) releaseAt(clock.now());
  return (value, about) => {
    const kind = faults.strike(["duplicate", "reorder"], { ...about, action: "Deliver" })?.kind;
    if (kind === "reorder") {
      overtaken.put(String(number++).padStart(20, "0"), value);
      held++;
      return releaseAt(clock.now() + LATEST_MS);
    }
    deliver(value);
    if (kind === "duplicate") again(value).forEach(deliver);
    release();
  };
};
