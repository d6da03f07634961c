// multipart/form-data as browsers send it (RFC 7578), up to and including one file, which is streamed.
import { AwsError } from "../gateway/aws-error.ts";
import { createByteReader } from "./byte-reader.ts";

export interface FormFile {
  /** As the browser named it; empty when it did not. */
  readonly fileName: string;
  readonly data: AsyncIterable<Buffer>;
}

export interface Form {
  /** By lower-case name; of repeated fields the last counts. */
  readonly fields: ReadonlyMap<string, string>;
  /** The part named `file`; everything behind it is ignored. */
  readonly file: FormFile | undefined;
  /** Ends the reading of the body, when the file is not read to its end. */
  readonly close: () => Promise<void>;
}

const LONGEST_HEADER = 8 * 1024;

const malformed = (what: string): AwsError => {
  const message = `The body of your POST request is not well-formed multipart/form-data: ${what}`;
  return new AwsError("MalformedPOSTRequest", 400, message);
};
const fieldsTooLarge = (): AwsError =>
  new AwsError(
    "MaxPostPreDataLengthExceeded",
    400,
    "Your POST request fields preceding the upload file were too large.",
  );

/** The boundary of a Content-Type; undefined when that is not multipart/form-data. */
export const boundaryOf = (contentType: string | undefined): string | undefined => {
  const match = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? "");
  return match?.[1] ?? match?.[2];
};

const parameter = (disposition: string, name: string): string | undefined => {
  const match = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, "i").exec(disposition);
  // Browsers escape a quote as %22, older clients as \".
  return match?.[1]?.replaceAll('\\"', '"').replaceAll("%22", '"');
};

type Reader = ReturnType<typeof createByteReader>;

const readHeaders = async (reader: Reader): Promise<{ name: string; fileName: string | undefined } | undefined> => {
  if ((await reader.line(LONGEST_HEADER)) !== "") return undefined; // `--` after the last boundary
  let disposition: string | undefined;
  for (;;) {
    const line = await reader.line(LONGEST_HEADER);
    if (line === undefined) throw malformed("it ends within the headers of a part");
    if (line === "") break;
    if (/^content-disposition\s*:/i.test(line)) disposition = line;
  }
  const name = disposition === undefined ? undefined : parameter(disposition, "name");
  if (disposition === undefined || name === undefined) throw malformed("a part has no name");
  return { name, fileName: parameter(disposition, "filename") };
};

async function* whole(reader: Reader, delimiter: Buffer): AsyncGenerator<Buffer> {
  if (!(yield* reader.until(delimiter))) throw malformed("it ends before its boundary");
}

const readField = async (reader: Reader, delimiter: Buffer, limit: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of whole(reader, delimiter)) {
    sizeBytes += part.length;
    if (sizeBytes > limit) throw fieldsTooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
};

/** Reads the fields up to the file, whose bytes are then read from `file.data`. Throws S3's errors. */
export const readForm = async (
  source: AsyncIterable<Buffer>,
  { boundary, fieldsLimit }: { readonly boundary: string; readonly fieldsLimit: number },
): Promise<Form> => {
  const reader = createByteReader(source);
  const { close } = reader;
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  try {
    await readField(reader, delimiter.subarray(2), fieldsLimit); // a preamble is allowed, and ignored
    const fields = new Map<string, string>();
    let left = fieldsLimit;
    for (;;) {
      const part = await readHeaders(reader);
      if (part === undefined) return { fields, file: undefined, close };
      const name = part.name.toLowerCase();
      if (name === "file")
        return { fields, file: { fileName: part.fileName ?? "", data: whole(reader, delimiter) }, close };
      const value = await readField(reader, delimiter, left);
      left -= value.length + name.length;
      fields.set(name, value.toString("utf8"));
    }
  } catch (error) {
    await close();
    throw error;
  }
};
