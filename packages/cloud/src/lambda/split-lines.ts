// Cuts what a process prints into log events: one per line. NUL inside a line stands for a line break within one event
// (see runtime/output.cjs).
import { StringDecoder } from "node:string_decoder";

/** AWS cuts longer lines into events of this size. */
const LONGEST_EVENT_CHARACTERS = 256 * 1024;

export interface Lines {
  readonly add: (bytes: Buffer) => void;
  /** Gives out a last line that has no line break. */
  readonly end: () => void;
}

export const splitLines = (emit: (line: string) => void): Lines => {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const give = (line: string): void => {
    const text = line.replaceAll("\0", "\n");
    if (text.length <= LONGEST_EVENT_CHARACTERS) return emit(text);
    for (let at = 0; at < text.length; at += LONGEST_EVENT_CHARACTERS)
      emit(text.slice(at, at + LONGEST_EVENT_CHARACTERS));
  };
  return {
    add: (bytes) => {
      const parts = (rest + decoder.write(bytes)).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) give(part);
    },
    end: () => {
      if (rest !== "") give(rest);
      rest = "";
    },
  };
};
