import { describe, expect, test } from "@jest/globals";
import { createClock } from "./clock.ts";
import { createWork } from "./work.ts";

const START = Date.UTC(2026, 0, 1);

const frozen = () => {
  const errors: unknown[] = [];
  const clock = createClock({ frozenAt: START, idle: async () => {}, onError: (error) => errors.push(error) });
  return { clock, errors };
};

describe("a frozen clock", () => {
  test("stands still until it is advanced", async () => {
    const { clock } = frozen();
    expect(clock.now()).toBe(START);
    await clock.advance(90_000);
    expect(clock.now()).toBe(START + 90_000);
  });

  test("fires due timers in the order of their times and tells what fired", async () => {
    const { clock } = frozen();
    const seen: [string, number][] = [];
    clock.at(START + 2000, "second", () => seen.push(["second", clock.now() - START]));
    clock.at(START + 1000, "first", () => seen.push(["first", clock.now() - START]));
    clock.at(START + 9000, "later", () => seen.push(["later", clock.now() - START]));
    const fired = await clock.advance(5000);
    expect(seen).toEqual([
      ["first", 1000],
      ["second", 2000],
    ]);
    expect(fired.map(({ label }) => label)).toEqual(["first", "second"]);
  });

  test("a timer set by a timer fires in the same advance when it is due", async () => {
    const { clock } = frozen();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now() - START);
      clock.at(clock.now() + 1000, "again", again);
    };
    clock.at(START + 1000, "again", again);
    await clock.advance(3500);
    expect(seen).toEqual([1000, 2000, 3000]);
  });

  test("a cancelled timer does not fire, a failing one is reported and the next still fires", async () => {
    const { clock, errors } = frozen();
    let fired = false;
    clock.at(START + 1, "cancelled", () => expect(true).toBe(false)).cancel();
    clock.at(START + 2, "failing", () => {
      throw new Error("boom");
    });
    clock.at(START + 3, "next", () => {
      fired = true;
    });
    await clock.advance(10);
    expect(fired).toBe(true);
    expect(errors).toHaveLength(1);
  });

  test("each timer waits until the work of the one before has ended", async () => {
    const work = createWork();
    const clock = createClock({ frozenAt: START, idle: () => work.idle(), onError: () => {} });
    const order: string[] = [];
    clock.at(START + 1, "a", () => {
      void work.track(
        "slow",
        new Promise<void>((resolve) => setImmediate(resolve)).then(() => order.push("a done")),
      );
    });
    clock.at(START + 2, "b", () => order.push("b"));
    await clock.advance(10);
    expect(order).toEqual(["a done", "b"]);
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300, 8.64e15, -1])(
  "advancing by %d is refused and changes nothing",
  async (ms) => {
    for (const clock of [frozen().clock, createClock({ idle: async () => {}, onError: () => {} })]) {
      const before = clock.now();
      await expect(clock.advance(ms)).rejects.toThrow(RangeError);
      expect(Math.abs(clock.now() - before)).toBeLessThan(60_000);
      clock.close();
    }
  },
);

test("a timer set after the clock was closed never fires", async () => {
  const { clock } = frozen();
  clock.close();
  let fired = false;
  clock.at(START + 1, "late", () => {
    fired = true;
  });
  await clock.advance(10);
  expect(fired).toBe(false);
});

test("a real clock moves on by what is advanced and fires what becomes due", async () => {
  const clock = createClock({ idle: async () => {}, onError: () => {} });
  let fired = false;
  clock.at(clock.now() + 3_600_000, "in an hour", () => {
    fired = true;
  });
  await clock.advance(3_600_000);
  expect(fired).toBe(true);
  expect(clock.now() - Date.now()).toBeGreaterThanOrEqual(3_599_000);
  clock.close();
});

describe("work", () => {
  test("is idle when every tracked promise has settled, also a failed one", async () => {
    const work = createWork();
    const failing = work.track("failing", Promise.reject(new Error("boom")));
    await expect(failing).rejects.toThrow("boom");
    await work.idle();
  });

  test("names what is still under way when the limit is reached", async () => {
    const work = createWork();
    const never = Promise.withResolvers<void>();
    const tracked = work.track("a stuck delivery", never.promise);
    await expect(work.idle(1)).rejects.toThrow("a stuck delivery");
    never.resolve();
    await tracked;
  });
});

const advanced = (idle: () => Promise<void> = async () => {}) => {
  let noted = 0;
  const offset = { read: () => noted, write: (ms: number) => void (noted = ms) };
  const clock = createClock({ offset, idle, onError: () => {} });
  return { clock, noted: () => noted };
};

describe("an advanced clock that runs", () => {
  test("notes its offset before a timer sees the new time, so that a death on the way forgets nothing", async () => {
    const { clock, noted } = advanced();
    const seen: number[] = [];
    clock.at(clock.now() + 60_000, "retry", () => seen.push(noted()));
    await clock.advance(3_600_000);
    expect(seen[0]).toBeGreaterThan(59_000);
    expect(noted()).toBeGreaterThan(3_599_000);
    clock.close();
  });

  test("goes on when something stays busy", async () => {
    let isBusy = false;
    const { clock } = advanced(async () => {
      if (isBusy) throw new Error("still busy");
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.at(clock.now() + 1000, "blocks", () => void (isBusy = true));
    clock.at(clock.now() + 1001, "next", () => resolve());
    await expect(clock.advance(5000)).rejects.toThrow("still busy");
    await promise; // by real time
    clock.close();
  });

  test("is real again after a reset", async () => {
    const { clock, noted } = advanced();
    await clock.advance(1000);
    expect(clock.mode()).toBe("shifted");
    clock.reset();
    expect([clock.mode(), noted()]).toEqual(["real", 0]);
    clock.close();
  });
});
