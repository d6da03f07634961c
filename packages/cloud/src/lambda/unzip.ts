// Unpacks a function's zip. The bytes are foreign: nothing may land outside the folder, and no bomb may fill the disk.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fromBuffer, type Entry, type ZipFile } from "yauzl";
import { AwsError } from "../gateway/aws-error.ts";
import { LIMITS } from "./limits.ts";

const TYPE = 0o170000;
const LINK = 0o120000;
const EXECUTABLE = 0o111;

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

const open = (zip: Buffer): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, file) => (error === null ? resolve(file) : reject(error)));
  });

const entriesOf = (file: ZipFile): Promise<readonly Entry[]> =>
  new Promise((resolve, reject) => {
    const entries: Entry[] = [];
    file.on("entry", (entry: Entry) => {
      entries.push(entry);
      file.readEntry();
    });
    file.once("end", () => resolve(entries));
    file.once("error", reject);
    file.readEntry();
  });

const contentOf = async (file: ZipFile, entry: Entry): Promise<Buffer> => {
  const stream = await new Promise<Readable>((resolve, reject) => {
    file.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error)));
  });
  return await buffer(stream);
};

const inside = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return !isAbsolute(way) && way !== ".." && !way.startsWith("../");
};

const modeOf = (entry: Entry): number => entry.externalFileAttributes >>> 16;

const unpackInto = async (file: ZipFile, folder: string): Promise<void> => {
  const entries = await entriesOf(file);
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (sizeBytes > LIMITS.unzippedBytes)
    throw invalid(`Unzipped size must be smaller than ${LIMITS.unzippedBytes} bytes`);
  const links: Entry[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.fileName);
    if (!inside(folder, path)) throw invalid(`The zip holds a hostile path: ${JSON.stringify(entry.fileName)}`);
    if ((modeOf(entry) & TYPE) === LINK) links.push(entry);
    else if (entry.fileName.endsWith("/")) mkdirSync(path, { recursive: true });
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await contentOf(file, entry), { flag: "wx" });
      chmodSync(path, modeOf(entry) & EXECUTABLE ? 0o555 : 0o444);
    }
  }
  // Links come last, so that no file of the zip can be written through one.
  for (const entry of links) {
    const path = join(folder, entry.fileName);
    const target = (await contentOf(file, entry)).toString("utf8");
    if (isAbsolute(target) || !inside(folder, resolve(dirname(path), target))) {
      throw invalid(`The zip holds a link out of itself: ${JSON.stringify(entry.fileName)}`);
    }
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }
};

/** Unpacks `zip` into the empty `folder`; a damaged or hostile zip is AWS's InvalidParameterValueException. */
export const unzip = async (zip: Buffer, folder: string): Promise<void> => {
  let file: ZipFile | undefined;
  try {
    file = await open(zip);
    await unpackInto(file, folder);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw invalid(`Could not unzip uploaded file. Please check your file, then try to upload again. (${detail})`);
  } finally {
    file?.close();
  }
};
