// An entry of a ledger: an amount that changes the balance of an account, once.
import { errorTable } from "@warmstart/middleware";
import * as v from "valibot";

const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -"));

export const Entry = v.strictObject({
  /** Of the sender; the same entry sent again has the same. */
  id: Id,
  account: Id,
  /** What is paid in; negative when it is taken out. */
  amountCents: v.pipe(v.number(), v.safeInteger()),
});
export type Entry = v.InferOutput<typeof Entry>;

export interface Ledger {
  /** Adds the entry and its amount together, or answers the amount that an entry of this id had before. */
  readonly add: (entry: Entry) => Promise<"added" | { readonly amountCents: number }>;
}

const { conflict } = errorTable({ "entry-reused": 409 });

/** Safe to repeat: an entry that is there changes nothing. Another one under its id is an error, for a person to judge. */
export const postEntry = async (ledger: Ledger, entry: Entry): Promise<"posted" | "repeated"> => {
  const result = await ledger.add(entry);
  if (result === "added") return "posted";
  if (result.amountCents === entry.amountCents) return "repeated";
  throw conflict("entry-reused", `The entry ${entry.id} was posted with ${result.amountCents} cents`);
};
