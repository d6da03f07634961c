import { describe, expect, test } from "@jest/globals";
import { assert, anything, property, uint8Array } from "fast-check";
import { AwsError } from "../gateway/aws-error.ts";
import { decodeCbor, encodeCbor } from "./cbor.ts";

const FULL = process.env["WARMSTART_FULL"] === "1";

const hex = (text: string): unknown => decodeCbor(Buffer.from(text.replaceAll(" ", ""), "hex"));

const outcome = (bytes: Uint8Array): boolean => {
  try {
    decodeCbor(Buffer.from(bytes));
    return true;
  } catch (error) {
    return error instanceof AwsError;
  }
};

describe("CBOR", () => {
  // Examples of RFC 8949, appendix A.
  test.each<[string, unknown]>([
    ["00", 0],
    ["17", 23],
    ["1818", 24],
    ["1903e8", 1000],
    ["1a000f4240", 1_000_000],
    ["1b000000e8d4a51000", 1_000_000_000_000],
    ["20", -1],
    ["3903e7", -1000],
    ["f93c00", 1],
    ["f97bff", 65_504],
    ["f90001", 5.960464477539063e-8],
    ["fb3ff199999999999a", 1.1],
    ["fa47c35000", 100_000],
    ["f97c00", Infinity],
    ["f4", false],
    ["f6", null],
    ["f7", null],
    ["c11a514b67b0", 1_363_896_240],
    ["4401020304", Buffer.from([1, 2, 3, 4])],
    ["62c3bc", "ü"],
    ["6161", "a"],
    ["826161a161626163", ["a", { b: "c" }]],
    ["9f018202039f0405ffff", [1, [2, 3], [4, 5]]],
    ["bf61610161629f0203ffff", { a: 1, b: [2, 3] }],
    ["7f657374726561646d696e67ff", "streaming"],
  ])("reads %s", (text, value) => {
    expect(hex(text)).toEqual(value);
  });

  test.each([
    "",
    "61",
    "ff",
    "82",
    "8201ff",
    "a1",
    "a101",
    "a10102",
    "1c",
    "c000",
    "1bffffffffffffffff",
    "0000",
    "5f6161ff",
    "1f",
  ])("refuses %j", (text) => {
    expect(() => hex(text)).toThrow("is not CBOR");
  });

  test("nesting is bounded", () => {
    expect(() => hex("81".repeat(100))).toThrow("nests too deep");
  });

  test("what is written is read again", () => {
    const json = anything({ withNullPrototype: false, values: undefined } as object);
    assert(
      property(json, (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value) ?? "null");
        expect(decodeCbor(encodeCbor(plain))).toEqual(plain);
      }),
      { seed: 3 },
    );
    expect(encodeCbor({ at: new Date(1_500), none: undefined }).toString("hex")).toBe("a1626174c1fb3ff8000000000000");
  });

  test("random bytes are read or refused, never anything else", () => {
    assert(property(uint8Array({ maxLength: 64 }), outcome), { seed: 3, numRuns: FULL ? 3_000 : 1_000 });
    expect(outcome(new Uint8Array())).toBe(true);
  });
});
