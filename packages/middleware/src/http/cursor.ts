// Cursors of lists: positions that clients hand back and cannot bend.
import { commonError } from "../errors/app-error.ts";

/** What a cursor is bound to; sent back with any other, it is `invalid-cursor`. */
export interface CursorScope {
  readonly route: string;
  readonly sub: string;
  readonly filter?: Readonly<Record<string, string | undefined>>;
  readonly sort?: string;
}

export interface Cursors {
  /** `position` is the sort key of the last item alone: a forged cursor moves only inside what the caller may list. */
  readonly encode: (position: string) => string;
  /** The position; throws 400 `invalid-cursor` when damaged, of another user, filter or sort, or too long. */
  readonly decode: (cursor: string) => string;
}

const VERSION = 1;
const MAX_LENGTH = 512;

const invalidCursor = (): Error => commonError("invalid-cursor", "The cursor is not one of this list");

const parts = (payload: string): unknown => {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
};

/** Cursors of one list of one caller: `base64url([version, position]) + "." + checksum`. They do not expire. */
export const cursors = ({ route, sub, filter = {}, sort = "" }: CursorScope): Cursors => {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const scope = [route, sub, given.toSorted(([a], [b]) => (a < b ? -1 : 1)), sort];
  // 12 bytes, as 16 characters: against damage and mix-ups, not against forgery.
  const checksum = (position: string): string =>
    process
      .getBuiltinModule("node:crypto")
      .hash("sha256", JSON.stringify([position, ...scope]), "base64url")
      .slice(0, 16);
  return {
    encode: (position) =>
      `${Buffer.from(JSON.stringify([VERSION, position])).toString("base64url")}.${checksum(position)}`,
    decode: (cursor) => {
      if (cursor.length > MAX_LENGTH) throw invalidCursor();
      const [payload = "", sum, ...rest] = cursor.split(".");
      const content = parts(payload);
      if (!Array.isArray(content) || content.length !== 2 || content[0] !== VERSION || rest.length)
        throw invalidCursor();
      const position: unknown = content[1];
      if (typeof position !== "string" || sum !== checksum(position)) throw invalidCursor();
      return position;
    },
  };
};
