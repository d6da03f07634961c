// Batch requests: rules for the batch as a whole, then one outcome per entry.
import { textOf } from "./parameters.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Input } from "../gateway/service.ts";
import { queryErrorCode, sqsError } from "./errors.ts";
import { MAX_BATCH_ENTRIES } from "./limits.ts";

export interface BatchOutcome {
  readonly Successful: readonly object[];
  readonly Failed: readonly object[];
}

/** The entries of a batch; throws when the batch is wrong as a whole. */
export const readEntries = (input: Input): readonly Input[] => {
  const entries = (input["Entries"] ?? []) as readonly Input[];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw sqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > MAX_BATCH_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${entries.length}.`;
    throw sqsError("TooManyEntriesInBatchRequest", message);
  }
  const ids = entries.map((entry: Input | null) => textOf(entry?.["Id"]));
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    const rule =
      "can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
    throw sqsError("InvalidBatchEntryId", `A batch entry id ${rule}`);
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw sqsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  return entries;
};

/** Runs each entry; one that fails does not stop the others. */
export const eachEntry = (entries: readonly Input[], run: (entry: Input) => object): BatchOutcome => {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const { Id } = entry;
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, status } = error;
      Failed.push({ Id, SenderFault: status < 500, Code: queryErrorCode(code), Message: message });
    }
  }
  return { Successful, Failed };
};
