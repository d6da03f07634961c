// The code blocks of the READMEs, so that tests can compile and run what readers will type.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./repository.ts";

export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Whether it runs as typed: `<!-- run -->` stands on the line before. Shell blocks have a running cloud then. */
  readonly runs: boolean;
  /** `<!-- run full -->`: only in full runs. */
  readonly isLong: boolean;
  /** Code that readers do not see: `<!-- run` and it before the block, `<!-- then` and it after. */
  readonly before: string;
  readonly after: string;
}

const FENCE =
  /(?:^(<!-- run( full)?\s((?:(?!-->)[\s\S])*)-->)\n+)?^```(\w+)\n([\s\S]*?)^```$(?:\n+<!-- then\n([\s\S]*?)-->)?/gm;

export const blocksOf = (file: string): readonly Block[] => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(FENCE)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length,
    language: match[4] ?? "",
    code: match[5] ?? "",
    runs: match[1] !== undefined,
    isLong: match[2] !== undefined,
    before: match[3] ?? "",
    after: match[6] ?? "",
  }));
};

export const readmes = (): readonly string[] =>
  globSync(["README.md", "CONTRIBUTING.md", "{packages,services}/*/README.md"], { cwd: root }).toSorted();
