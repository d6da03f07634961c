import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { createNote, getNote, NewNote, type Note, type NoteId, type NoteStore, planNote } from "./note.ts";

const memoryNotes = (): NoteStore & { readonly all: Map<NoteId, Note> } => {
  const all = new Map<NoteId, Note>();
  return { all, put: async (note) => void all.set(note.id, note), find: async (id) => all.get(id) };
};

test("a note is read as it was written", async () => {
  const notes = memoryNotes();
  const note = await createNote(notes, { text: "hello" }, planNote());
  expect(await getNote(notes, note.id)).toEqual(note);
});

test("a second try with the same plan writes the same note", async () => {
  const notes = memoryNotes();
  const plan = planNote();
  const first = await createNote(notes, { text: "hello" }, plan);
  expect(await createNote(notes, { text: "hello" }, plan)).toEqual(first);
  expect([...notes.all.values()]).toEqual([first]);
});

test("an unknown id is not found", async () => {
  await expect(getNote(memoryNotes(), planNote().id)).rejects.toMatchObject({ code: "not-found" });
});

test.each(["", "  ", "x".repeat(2001)])("a text of no or too many characters is refused", (text) => {
  expect(v.is(NewNote, { text })).toBe(false);
});
