import { env, http, ok, text } from "@warmstart/middleware";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoNotes } from "../src/dynamo-notes.ts";
import { getNote, NotePath } from "../src/note.ts";

const { NOTES_TABLE } = env({ NOTES_TABLE: text() });
const notes = dynamoNotes(NOTES_TABLE, documentClient());

export const handler = http({ path: NotePath, scopes: [] }, async ({ path }) => ok(await getNote(notes, path.id)));
