import { describe, expect, test } from "@jest/globals";
import { createFaults, type Occurrence } from "./faults.ts";

const PUT: Occurrence = {
  service: "dynamodb",
  action: "PutItem",
  resource: "arn:aws:dynamodb:us-east-1:000000000000:table/Links",
};

/** Which of `count` occurrences are struck, from 1. */
const struckOf = (faults: ReturnType<typeof createFaults>, count: number, occurrence = PUT): number[] =>
  Array.from({ length: count }, (_, index) => index + 1).filter(
    () => faults.strike(["throttle"], occurrence) !== undefined,
  );

const shareOf = (seed: number): number[] => {
  const faults = createFaults();
  faults.add({ match: {}, when: { rate: 0.3, seed }, effect: { kind: "throttle" } });
  return struckOf(faults, 200);
};

describe("when", () => {
  test.each([
    [{}, [1, 2, 3, 4, 5, 6]],
    [{ nth: 3 }, [3]],
    [{ every: 2 }, [2, 4, 6]],
    [{ times: 2 }, [1, 2]],
    [{ every: 2, times: 1 }, [2]],
    [{ rate: 0 }, []],
    [{ rate: 1 }, [1, 2, 3, 4, 5, 6]],
  ])("%j strikes the occurrences %j of six", (when, struck) => {
    const faults = createFaults();
    faults.add({ match: {}, when, effect: { kind: "throttle" } });
    expect(struckOf(faults, 6)).toEqual(struck);
  });

  test("a share is the same again with the same seed, and another with another", () => {
    expect(shareOf(7)).toEqual(shareOf(7));
    expect(shareOf(7)).not.toEqual(shareOf(8));
    expect(shareOf(7).length).toBeGreaterThan(30);
    expect(shareOf(7).length).toBeLessThan(90);
  });
});

describe("match", () => {
  test.each([
    [{}, true],
    [{ service: "dynamodb" }, true],
    [{ service: "dynamo" }, false],
    [{ action: "Put*" }, true],
    [{ action: "*Item", resource: "*table/Links" }, true],
    [{ resource: "*table/L" }, false],
    [{ function: "createLink" }, false],
  ])("%j matches: %j", (match, struck) => {
    const faults = createFaults();
    faults.add({ match, effect: { kind: "throttle" } });
    expect(faults.strike(["throttle"], PUT) !== undefined).toBe(struck);
  });

  test("text between stars is taken as it is, not as a pattern", () => {
    const faults = createFaults();
    faults.add({ match: { action: "P.t*" }, effect: { kind: "throttle" } });
    expect(faults.strike(["throttle"], PUT)).toBeUndefined();
  });
});

test("only the kinds that are asked for strike, and count", () => {
  const faults = createFaults();
  faults.add({ id: "a", match: {}, effect: { kind: "duplicate" } });
  expect(faults.strike(["throttle", "delay"], PUT)).toBeUndefined();
  expect(faults.strike(["duplicate"], PUT)).toEqual({ kind: "duplicate" });
  expect(faults.list()).toEqual([{ id: "a", match: {}, effect: { kind: "duplicate" }, seen: 1, struck: 1 }]);
});

test("of two rules that are due the first strikes, and both count", () => {
  const faults = createFaults();
  faults.add({ id: "a", match: {}, when: { nth: 1 }, effect: { kind: "throttle" } });
  faults.add({ id: "b", match: {}, effect: { kind: "reset" } });
  const kinds = ["throttle", "reset"] as const;
  expect(faults.strike(kinds, PUT)).toEqual({ kind: "throttle" });
  expect(faults.strike(kinds, PUT)).toEqual({ kind: "reset" });
  expect(faults.list().map(({ seen, struck }) => [seen, struck])).toEqual([
    [2, 1],
    [2, 1],
  ]);
});

test("clearing one leaves the others; clearing an unknown one is an error", () => {
  const faults = createFaults();
  faults.add({ id: "a", match: {}, effect: { kind: "throttle" } });
  faults.add({ id: "b", match: {}, effect: { kind: "throttle" } });
  faults.clear("a");
  expect(faults.list().map(({ id }) => id)).toEqual(["b"]);
  expect(() => faults.clear("a")).toThrow("a");
  faults.clear();
  expect(faults.list()).toEqual([]);
});
