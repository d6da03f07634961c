import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createTimers, type Entry } from "./timers.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

test("timers come by time, then in the order they were set, whichever were removed", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 60 }), (plan) => {
      const timers = createTimers();
      const entries = plan.map(([time], index): Entry => ({ time, label: String(index), fn: () => {} }));
      for (const entry of entries) timers.add(entry);
      const kept = entries.filter((entry, index) => {
        const isRemoved = plan[index]?.[1] === true;
        if (isRemoved) timers.remove(entry);
        if (isRemoved) timers.remove(entry);
        return !isRemoved;
      });
      const seen: Entry[] = [];
      for (let next = timers.first(); next !== undefined; next = timers.first()) {
        seen.push(next);
        timers.remove(next);
      }
      expect(seen).toEqual(kept.toSorted((a, b) => a.time - b.time));
    }),
    { seed: 13, numRuns: FULL ? 500 : 150 },
  );
});
