import { expect, test } from "@jest/globals";
import { marshall, unmarshall as oracle } from "@aws-sdk/util-dynamodb";
import * as fc from "fast-check";
import { unmarshall } from "./unmarshall.ts";

test("every type of DynamoDB has its plain value", () => {
  const item = {
    s: { S: "text" },
    n: { N: "-1.5" },
    big: { N: "90071992547409931" },
    yes: { BOOL: true },
    none: { NULL: true },
    map: { M: { in: { L: [{ N: "1" }, { S: "" }] } } },
    bytes: { B: "AQI=" },
    texts: { SS: ["a", "b"] },
    numbers: { NS: ["1", "2"] },
    blobs: { BS: ["AQ=="] },
  };
  expect(unmarshall(item)).toEqual({
    s: "text",
    n: -1.5,
    big: 90071992547409931n,
    yes: true,
    none: null,
    map: { in: [1, ""] },
    bytes: new Uint8Array([1, 2]),
    texts: new Set(["a", "b"]),
    numbers: new Set([1, 2]),
    blobs: new Set([new Uint8Array([1])]),
  });
});

test("an attribute named __proto__ is an attribute", () => {
  const item = JSON.parse('{"__proto__":{"M":{"admin":{"BOOL":true}}}}') as unknown;
  expect(Object.entries(unmarshall(item))).toEqual([["__proto__", { admin: true }]]);
  expect(unmarshall(item)["admin"]).toBeUndefined();
});

test("any value comes back as the SDK gives it back", () => {
  const { leaf } = fc.letrec((tie) => ({
    leaf: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      fc.boolean(),
      fc.constant(null),
      fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
      fc.array(tie("leaf"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("leaf"), { maxKeys: 4, noNullPrototype: true }),
      fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }).map((texts) => new Set(texts)),
    ),
  }));
  fc.assert(
    fc.property(leaf, (value) => {
      const item = marshall({ value });
      expect(unmarshall(item)).toEqual(oracle(item));
    }),
    { seed: 11, numRuns: 1_000 },
  );
});
