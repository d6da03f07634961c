// Notes in the table, one item each.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Note, NoteId, NoteStore } from "./note.ts";

const keyOf = (id: NoteId): { pk: string; sk: string } => ({ pk: `NOTE#${id}`, sk: "NOTE" });

export const dynamoNotes = (TableName: string, client: DynamoDBDocumentClient): NoteStore => ({
  put: async (note) => {
    await client.send(new PutCommand({ TableName, Item: { ...keyOf(note.id), ...note } }));
  },
  find: async (id) => {
    const { Item } = await client.send(new GetCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
    if (Item === undefined) return undefined;
    const { pk: _pk, sk: _sk, ...note } = Item;
    return note as Note; // what `put` wrote
  },
});
