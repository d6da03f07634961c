// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { commonCodes } from "@warmstart/middleware";
import { openApi } from "@warmstart/testing/openapi";
import { NewNote, Note, NotePath } from "../src/note.ts";

const security = "iam";

export const document = openApi({
  title: "new-service",
  description: "Notes: a text is written once and can be read again by its id.",
  codes: commonCodes,
  schemas: { NewNote, Note },
  routes: {
    "POST /notes": {
      id: "createNote",
      summary: "Writes a note",
      security,
      body: NewNote,
      idempotencyKey: "optional",
      answers: { 201: { description: "The note", body: Note, headers: ["Location"] } },
    },
    "GET /notes/{id}": {
      id: "getNote",
      summary: "One note",
      security,
      path: NotePath,
      answers: { 200: { description: "The note", body: Note } },
    },
  },
});
