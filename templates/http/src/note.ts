// A note: a text that is written once and can be read again by its id.
import { randomUUID } from "node:crypto";
import { notFound } from "@warmstart/middleware";
import * as v from "valibot";

export const NoteId = v.pipe(v.string(), v.uuid(), v.brand("NoteId"));
export type NoteId = v.InferOutput<typeof NoteId>;

const Text = v.pipe(v.string(), v.regex(/\S/, "must not be blank"), v.maxLength(2000));

export const NewNote = v.strictObject({ text: Text });
export type NewNote = v.InferOutput<typeof NewNote>;

export const NotePath = v.strictObject({ id: NoteId });

export const Note = v.strictObject({ id: NoteId, text: Text, createdAt: v.pipe(v.string(), v.isoTimestamp()) });
export type Note = v.InferOutput<typeof Note>;

export interface NoteStore {
  /** The same note again changes nothing. */
  readonly put: (note: Note) => Promise<void>;
  readonly find: (id: NoteId) => Promise<Note | undefined>;
}

/** What is decided before anything is written, and kept with the Idempotency-Key. */
export type NotePlan = Pick<Note, "id" | "createdAt">;

export const planNote = (): NotePlan => ({
  id: v.parse(NoteId, randomUUID()),
  createdAt: new Date().toISOString(),
});

/** All of the note follows from the request and its plan, so a second try writes the same note. */
export const createNote = async (notes: NoteStore, { text }: NewNote, plan: NotePlan): Promise<Note> => {
  const note = { ...plan, text };
  await notes.put(note);
  return note;
};

export const getNote = async (notes: NoteStore, id: NoteId): Promise<Note> => {
  const note = await notes.find(id);
  if (note === undefined) throw notFound(`There is no note ${id}`);
  return note;
};
