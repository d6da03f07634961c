// Completing a multipart upload: which parts the client names, and the checksum of the whole.
import {
  CHECKSUM_ALGORITHMS,
  checksumHeader,
  compositeChecksum,
  fullObjectChecksum,
  isCrc,
} from "../protocols/checksums.ts";
import { childrenOf, needText, onlyChildren, parseXml, textOf, type XmlNode } from "../protocols/rest-xml.ts";
import { invalidRequest, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import { type Part, partTableKey, type S3State, type StoredChecksum, type Upload } from "./model.ts";

const CHECKSUM_ELEMENTS = CHECKSUM_ALGORITHMS.map((algorithm) => `Checksum${algorithm}`);

const readPart = (s3: S3State, { uploadId, checksum }: Upload, node: XmlNode): Part => {
  onlyChildren(node, ["PartNumber", "ETag", ...CHECKSUM_ELEMENTS]);
  const number = Number(needText(node, "PartNumber"));
  const etag = needText(node, "ETag").trim().replaceAll('"', "");
  const part = s3.parts.get(partTableKey(uploadId, number));
  const about = { UploadId: uploadId, PartNumber: number, ETag: etag };
  if (part === undefined || part.etag !== etag) throw s3Error("InvalidPart", about);
  const given = checksum && textOf(node, `Checksum${checksum.algorithm}`);
  if (given !== undefined && given !== part.checksum) throw s3Error("InvalidPart", about);
  if (checksum?.type === "COMPOSITE" && given === undefined)
    throw invalidRequest(
      `The upload was created using a ${checksum.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
    );
  return part;
};

/** The parts of `<CompleteMultipartUpload>`: known, ascending, and none but the last too small. */
export const readParts = (s3: S3State, upload: Upload, body: string): readonly Part[] => {
  const root = onlyChildren(parseXml(body, "CompleteMultipartUpload"), ["Part"]);
  const nodes = childrenOf(root, "Part");
  if (nodes.length === 0 || nodes.length > S3_LIMITS.parts) throw s3Error("MalformedXML");
  const numbers = nodes.map((node) => Number(needText(node, "PartNumber")));
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0)))
    throw s3Error("InvalidPartOrder", { UploadId: upload.uploadId });
  const parts = nodes.map((node) => readPart(s3, upload, node));
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < S3_LIMITS.smallestPartBytes);
  if (small !== undefined)
    throw s3Error("EntityTooSmall", {
      ProposedSize: small.sizeBytes,
      MinSizeAllowed: S3_LIMITS.smallestPartBytes,
      PartNumber: small.number,
      ETag: small.etag,
    });
  return parts;
};

/** The object's checksum, compared with the one that the client may have sent. */
export const completedChecksum = (
  { checksum }: Upload,
  parts: readonly Part[],
  headers: Readonly<Record<string, string>>,
): StoredChecksum | undefined => {
  if (checksum === undefined) return undefined;
  const { algorithm, type } = checksum;
  const sums = parts.map((part) => ({ value: part.checksum ?? "", sizeBytes: part.sizeBytes }));
  const value =
    type === "FULL_OBJECT" && isCrc(algorithm)
      ? fullObjectChecksum(algorithm, sums)
      : compositeChecksum(algorithm, sums);
  const given = headers[checksumHeader(algorithm)];
  const givenType = headers["x-amz-checksum-type"]?.toUpperCase();
  if (givenType !== undefined && givenType !== type)
    throw invalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    );
  if (given !== undefined && given !== value && !(type === "COMPOSITE" && value.startsWith(`${given}-`)))
    throw s3Error("BadDigest", {}, `The ${algorithm} you specified did not match the calculated checksum.`);
  return { algorithm, type, value };
};
