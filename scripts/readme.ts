// The code blocks of the READMEs, so that tests can compile and run what readers will type.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./repository.ts";

export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Whether `<!-- run -->` stands on the line before: it then works as typed against a running cloud. */
  readonly runs: boolean;
}

const FENCE = /(?:^(<!-- run -->)\n+)?^```(\w+)\n([\s\S]*?)^```$/gm;

export const blocksOf = (file: string): readonly Block[] => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(FENCE)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length,
    language: match[2] ?? "",
    code: match[3] ?? "",
    runs: match[1] !== undefined,
  }));
};

export const readmes = (): readonly string[] =>
  globSync(["README.md", "CONTRIBUTING.md", "{packages,services}/*/README.md"], { cwd: root }).toSorted();
