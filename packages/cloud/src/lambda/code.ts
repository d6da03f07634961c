// Where the code of functions lies: one read-only folder per SHA-256 of the zip, however many functions use it.
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../gateway/aws-error.ts";
import { removeTree, setFolderModes } from "../store/remove-tree.ts";
import { LIMITS } from "./limits.ts";
import { unzip } from "./unzip.ts";

export interface Code {
  /** Base64, as AWS shows it. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface CodeStore {
  readonly add: (zip: Buffer) => Promise<Code>;
  readonly folderOf: (code: Code) => string;
  /** Where Node keeps what it compiled of it. */
  readonly compiledOf: (code: Code) => string;
  /** What was uploaded. */
  readonly zipOf: (code: Code) => Buffer;
  readonly remove: (code: Code) => void;
  /** Removes the code that no function uses any more, and what an interrupted upload left. */
  readonly prune: (used: readonly Code[]) => void;
  /** Makes the folders deletable again: what is read-only cannot be emptied. */
  readonly close: () => void;
}

const hexOf = (sha256: string): string => Buffer.from(sha256, "base64").toString("hex");

/** Nothing lies above /var/task: a package.json there must not say how a function's .js files are read. */
const BOUNDARY = "package.json";

/** Written once and whole: a function that starts in this moment, maybe of another cloud, must not see it empty. */
const makeBoundary = (folder: string): void => {
  const place = join(folder, BOUNDARY);
  if (existsSync(place)) return;
  const unfinished = join(folder, `unfinished-${randomUUID()}`);
  mkdirSync(unfinished);
  writeFileSync(join(unfinished, BOUNDARY), "{}\n");
  renameSync(join(unfinished, BOUNDARY), place);
  rmSync(unfinished, { recursive: true });
};

export const createCodeStore = (folder: string): CodeStore => {
  const folderOf = ({ sha256 }: Code): string => join(folder, hexOf(sha256));
  const zipPlace = (code: Code): string => `${folderOf(code)}.zip`;
  const compiledOf = (code: Code): string => `${folderOf(code)}.compiled`;
  return {
    folderOf,
    compiledOf,
    zipOf: (code) => readFileSync(zipPlace(code)),
    remove: (code) => {
      removeTree(folderOf(code));
      rmSync(zipPlace(code), { force: true });
      rmSync(compiledOf(code), { recursive: true, force: true });
    },
    add: async (zip) => {
      if (zip.length > LIMITS.unzippedBytes) {
        throw new AwsError("RequestTooLargeException", 413, `The zip is over ${LIMITS.unzippedBytes} bytes`);
      }
      const code = { sha256: createHash("sha256").update(zip).digest("base64"), sizeBytes: zip.length };
      const place = folderOf(code);
      mkdirSync(folder, { recursive: true });
      makeBoundary(folder);
      if (existsSync(place)) return code;
      const unfinished = join(folder, `unfinished-${randomUUID()}`);
      mkdirSync(unfinished, { recursive: true });
      try {
        await unzip(zip, unfinished);
        writeFileSync(zipPlace(code), zip); // where the folder is, its zip is
        if (!existsSync(place)) {
          renameSync(unfinished, place);
          setFolderModes(place, 0o555);
        }
      } finally {
        rmSync(unfinished, { recursive: true, force: true });
      }
      return code;
    },
    prune: (used) => {
      if (!existsSync(folder)) return;
      const kept = new Set(used.flatMap(({ sha256 }) => ["", ".zip", ".compiled"].map((end) => hexOf(sha256) + end)));
      for (const name of readdirSync(folder)) {
        if (kept.has(name) || name === BOUNDARY) continue;
        removeTree(join(folder, name));
      }
    },
    close: () => {
      if (existsSync(folder)) setFolderModes(folder, 0o755);
    },
  };
};
