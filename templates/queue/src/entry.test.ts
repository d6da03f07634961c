import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { Entry, type Ledger, postEntry } from "./entry.ts";

const memoryLedger = (): Ledger => {
  const entries = new Map<string, Entry>();
  return {
    add: async (entry) => {
      const before = entries.get(entry.id);
      if (before !== undefined) return before;
      entries.set(entry.id, entry);
      return "added";
    },
  };
};

const entry = { id: "e-1", account: "ann", amountCents: 500 };

test("an entry is posted once, and then it is a repetition", async () => {
  const ledger = memoryLedger();
  expect(await postEntry(ledger, entry)).toBe("posted");
  expect(await postEntry(ledger, entry)).toBe("repeated");
});

test("another amount under the same id is an error", async () => {
  const ledger = memoryLedger();
  await postEntry(ledger, entry);
  await expect(postEntry(ledger, { ...entry, amountCents: 400 })).rejects.toMatchObject({ code: "entry-reused" });
});

test.each([{ amountCents: 0.5 }, { amountCents: "5" }, { id: "" }, { account: "a b" }, { note: "x" }])(
  "%j is no entry",
  (wrong) => {
    expect(v.is(Entry, { ...entry, ...wrong })).toBe(false);
  },
);
