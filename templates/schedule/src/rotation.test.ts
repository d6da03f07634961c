import { expect, test } from "@jest/globals";
import { assignShift, rotationOf, type ShiftStore } from "./rotation.ts";

const memoryShifts = (): ShiftStore => {
  const dates = new Set<string>();
  return { add: async ({ date }) => !dates.has(date) && dates.add(date).has(date) };
};

const onCall = async (day: string): Promise<string> =>
  (await assignShift(memoryShifts(), rotationOf("ann, ben ,cho"), `${day}T06:07:00Z`)).onCall;

test("turns change on Mondays, and come round", async () => {
  const mondays = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"];
  const [first, ...others] = await Promise.all(mondays.map(onCall));
  expect(new Set([first, ...others])).toEqual(new Set(["ann", "ben", "cho"]));
  expect(others.at(-1)).toBe(first);
  expect(await onCall("2026-01-11")).toBe(first);
});

test("a day is assigned once", async () => {
  const shifts = memoryShifts();
  const run = async (names: string) => (await assignShift(shifts, rotationOf(names), "2026-01-15T06:07:00Z")).isNew;
  expect([await run("ann"), await run("ben")]).toEqual([true, false]);
});

test("a rotation without anybody is refused, and the message says where it is set", () => {
  expect(() => rotationOf(" , ")).toThrow("serverless.yml");
});
