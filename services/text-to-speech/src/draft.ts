// What a client sends, made into a post that can be spoken, or refused with the reason.
import { randomBytes } from "node:crypto";
import { invalid } from "@warmstart/middleware";
import { fail } from "./errors.ts";
import { type Plan, planSpeech } from "./plan.ts";
import type { Post, PostId, TextType, Voicing } from "./post.ts";
import type { NewPost } from "./post-schemas.ts";
import type { VoicePort } from "./ports.ts";
import { billedChars, readSsml, SsmlFault } from "./ssml.ts";
import { chooseVoice } from "./voices.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; // Crockford's base32

/** A post before it is one: all but its text, so that a request that comes again makes the same. */
export type Draft = Pick<Post, "id" | "title" | "created" | "textType" | "marks" | keyof Voicing> &
  Pick<Plan, "postHash" | "chars" | "estimateSeconds" | "microUsd">;

export interface DraftPorts {
  readonly voices: VoicePort;
  readonly maxChars: number;
}

interface Text {
  readonly textType: TextType;
  readonly content: string;
}

const newPostId = (): PostId => `pst_${Array.from(randomBytes(26), (byte) => ALPHABET[byte & 31]).join("")}` as PostId; // as the schema says

/** The one of both that is there, as it was sent: offsets are those of what the client has. */
export const textOf = ({ text, ssml }: NewPost): Text => {
  if (text !== undefined && ssml !== undefined)
    throw invalid([{ pointer: "#/ssml", code: "excluded", detail: "may not stand beside text" }]);
  const content = text ?? ssml;
  if (content === undefined) throw invalid([{ pointer: "#/text", code: "required", detail: "is required, or ssml" }]);
  return { textType: text === undefined ? "ssml" : "text", content };
};

/** With `u`, \p{Cs} is half of a character alone. */
const NO_TEXT = /[\0\p{Cs}]/u;

const checkCharacters = ({ textType, content }: Text): void => {
  const offset = content.search(NO_TEXT);
  if (offset < 0) return;
  throw fail("invalid-text", `The ${textType} holds no character at ${offset}`, { extensions: { offset } });
};

/** What is said of it, once there is something to say and not too much. */
const spokenOf = ({ textType, content }: Text, maxChars: number): string => {
  const ssml = textType === "ssml" ? readSsml(content) : undefined;
  const spoken = ssml?.text ?? content;
  if (!/[\p{L}\p{N}]/u.test(spoken)) throw fail("nothing-to-speak", "There is no letter and no digit in it");
  const chars = ssml === undefined ? content.normalize("NFC").length : billedChars(ssml);
  if (chars <= maxChars) return spoken;
  const detail = `It has ${chars} characters that are billed, and may have ${maxChars}`;
  throw fail("text-too-long", detail, { extensions: { chars, maxChars } });
};

/** Each is a call of Polly, and its marks another: so many can be made in three deliveries. */
const MOST_CHUNKS = 1000;
/** Silence is not billed, but made and kept: the longest text, as slow as can be, takes nine hours. */
const MOST_SECONDS = 43_200;

const checkSize = ({ chunks: { length: chunks }, estimateSeconds: seconds }: Plan): void => {
  if (chunks <= MOST_CHUNKS && seconds <= MOST_SECONDS) return;
  const detail = `It takes ${chunks} chunks of ${seconds} s, and may take ${MOST_CHUNKS} of ${MOST_SECONDS} s: fewer paragraphs or pauses would do`;
  const extensions = { chunks, maxChunks: MOST_CHUNKS, seconds, maxSeconds: MOST_SECONDS };
  throw fail("too-much-to-speak", detail, { extensions });
};

const asProblem = (error: unknown): unknown => {
  if (!(error instanceof SsmlFault)) return error;
  const { line, column, detail } = error;
  return fail("invalid-ssml", `${detail}, at line ${line}, column ${column}`, { extensions: { line, column } });
};

/** Its first words. */
const titleOf = (spoken: string): string => {
  const words = spoken.replaceAll(/[\s\p{Cc}\u034f]+/gu, " ").trim(); // U+034F: an empty element of SSML
  return /^(?:.{0,60}(?= |$)|.{60})/u.exec(words)?.[0] ?? "";
};

const lexiconsOf = async ({ lexicons: names = [] }: NewPost, voices: VoicePort): Promise<Voicing["lexicons"]> => {
  const hashes = await Promise.all(names.map((name) => voices.lexiconHash(name)));
  const absent = names.flatMap((_name, at) =>
    hashes[at] === undefined
      ? [{ pointer: `#/lexicons/${at}`, code: "unknown-lexicon", detail: "is no lexicon of this account and region" }]
      : [],
  );
  if (absent.length > 0) throw invalid(absent);
  return names.map((name, at) => ({ name, hash: hashes[at] ?? "" }));
};

const draft = async ({ voices, maxChars }: DraftPorts, body: NewPost): Promise<Draft> => {
  const text = textOf(body);
  checkCharacters(text);
  const spoken = spokenOf(text, maxChars);
  const { format = "mp3", marks = false, title = titleOf(spoken) } = body;
  const choice = chooseVoice(await voices.voices(), body);
  const voicing = { ...choice, format, lexicons: await lexiconsOf(body, voices) };
  const plan = planSpeech({ ...text, marks, ...voicing });
  checkSize(plan);
  const { chunks, postHash, chars, estimateSeconds, microUsd } = plan;
  if (format === "ogg" && chunks.length > 1)
    throw fail("format", "Ogg of a text this long cannot be joined: use mp3", { extensions: { formats: ["mp3"] } });
  const created = new Date().toISOString();
  const { textType } = text;
  return { id: newPostId(), title, created, textType, marks, ...voicing, postHash, chars, estimateSeconds, microUsd };
};

/** Checks all that a client sent, and plans how it is spoken; nothing is stored, and nothing is bought. */
export const draftPost = async (ports: DraftPorts, body: NewPost): Promise<Draft> => {
  try {
    return await draft(ports, body);
  } catch (error) {
    throw asProblem(error);
  }
};
