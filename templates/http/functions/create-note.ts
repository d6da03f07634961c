import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { created, dynamoIdempotency, env, http, idempotency, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoNotes } from "../src/dynamo-notes.ts";
import { createNote, NewNote, planNote } from "../src/note.ts";

const { NOTES_TABLE } = env({ NOTES_TABLE: text() });
const client = documentClient();
const notes = dynamoNotes(NOTES_TABLE, client);
const commands = { DeleteCommand, GetCommand, PutCommand };
const idempotent = idempotency({ store: dynamoIdempotency({ client, table: NOTES_TABLE, commands }) });

export const handler = http({ body: NewNote, scopes: [], idempotent, plan: planNote }, async ({ body, plan }) => {
  const note = await createNote(notes, body, plan);
  return created(note, `/notes/${note.id}`);
});
