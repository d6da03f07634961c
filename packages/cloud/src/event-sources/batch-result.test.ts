import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { failedItems } from "./batch-result.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const IDS = ["a", "b", "c"];
const answered = (payload: string, failed = false) => ({ requestId: "r", logTail: "", payload, failed });
const shown = (payload: string, report = true, failed = false) => {
  const items = failedItems(answered(payload, failed), IDS, report);
  return items === "all" ? "all" : [...items];
};

describe("a batch result with ReportBatchItemFailures", () => {
  test.each<[string, string, "all" | readonly string[]]>([
    // AWS's list of successes
    ["an empty list of failures", '{"batchItemFailures":[]}', []],
    ["a null list of failures", '{"batchItemFailures":null}', []],
    ["an empty object", "{}", []],
    ["null", "null", []],
    ["nothing at all", "", []],
    ["other members beside", '{"done":3,"batchItemFailures":[]}', []],
    ["another object", '{"statusCode":200}', []],
    // partial
    ["one failure", '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ["b"]],
    ["two failures", '{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a"}]}', ["c", "a"]],
    ["the same failure twice", '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}', ["b"]],
    // AWS's list of complete failures
    ["JSON that is none", '{"batchItemFailures":[', "all"],
    ["an empty identifier", '{"batchItemFailures":[{"itemIdentifier":""}]}', "all"],
    ["a null identifier", '{"batchItemFailures":[{"itemIdentifier":null}]}', "all"],
    ["a wrong key", '{"batchItemFailures":[{"itemId":"b"}]}', "all"],
    ["an identifier that is not in the batch", '{"batchItemFailures":[{"itemIdentifier":"z"}]}', "all"],
    ["one known and one unknown identifier", '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"z"}]}', "all"], // prettier-ignore
    ["an identifier that is a number", '{"batchItemFailures":[{"itemIdentifier":7}]}', "all"],
    ["texts instead of objects", '{"batchItemFailures":["b"]}', "all"],
    ["null among the failures", '{"batchItemFailures":[null]}', "all"],
    ["a list of lists", '{"batchItemFailures":[["b"]]}', "all"],
    ["an object instead of a list", '{"batchItemFailures":{"itemIdentifier":"b"}}', "all"],
    ["a text instead of a list", '{"batchItemFailures":"b"}', "all"],
    ["false instead of a list", '{"batchItemFailures":false}', "all"],
    ["a text", '"ok"', "all"],
    ["a list", "[]", "all"],
    ["a number", "0", "all"],
    ["the result as a text of JSON", JSON.stringify('{"batchItemFailures":[]}'), "all"],
  ])("%s", (_what, payload, expected) => {
    expect(shown(payload)).toEqual(expected);
  });

  test("a function that fails has failed them all, whatever it says", () => {
    expect(shown('{"batchItemFailures":[]}', true, true)).toBe("all");
  });

  test("whatever the bytes are, failures are of the batch or all", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (payload) => {
        const items = shown(payload);
        expect(items === "all" || items.every((id) => IDS.includes(id))).toBe(true);
      }),
      { seed: 5, numRuns: FULL ? 500 : 150 },
    );
  });
});

describe("a batch result without ReportBatchItemFailures", () => {
  test.each(['{"batchItemFailures":[{"itemIdentifier":"b"}]}', "not JSON", "null", '"x"'])(
    "%s is a success",
    (payload) => {
      expect(shown(payload, false)).toEqual([]);
    },
  );

  test("a function that fails has failed them all", () => {
    expect(shown("{}", false, true)).toBe("all");
  });
});
