import { env, queue, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoLedger } from "../src/dynamo-ledger.ts";
import { Entry, postEntry } from "../src/entry.ts";

const { ACCOUNTS_TABLE } = env({ ACCOUNTS_TABLE: text() });
const ledger = dynamoLedger(ACCOUNTS_TABLE, documentClient());

export const handler = queue({ message: Entry }, async ({ message, log, metrics }) => {
  const outcome = await postEntry(ledger, message);
  metrics.by({ outcome }).add("Entries", 1);
  log.info(`entry ${outcome}`, { entry: message.id });
});
