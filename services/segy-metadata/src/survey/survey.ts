// The first look at a file: its layout, its text, the lattice of its line numbers. A megabyte and some 150 headers.
import { createHash } from "node:crypto";
import { HEAD_BYTES, ORDER_CONSTANT_AT } from "../segy/binary-header.ts";
import { findCoordinates, fitGrid, type FoundCoordinates } from "./coordinates.ts";
import { describe } from "../document/describe.ts";
import { detectLayout, type Detected } from "../segy/detect-layout.ts";
import { readEnd } from "../segy/file-end.ts";
import { finding, findingIf, type Finding } from "../document/findings.ts";
import { formatOf, headFindings } from "../segy/format-of.ts";
import { NO_TEXT, readHeads, readRecords } from "../segy/heads.ts";
import { findGrid, hasBins } from "./lattice-of.ts";
import type { Layout } from "../segy/layout.ts";
import type { Metadata, Source } from "../document/metadata.ts";
import { emptyPartial } from "../passes/partial.ts";
import type { Plan } from "./plan.ts";
import type { ReadAt } from "../segy/read-at.ts";
import { sampleHeaders, type Samples } from "./samples.ts";
import { walkFile, type Walked } from "./walk.ts";
import { linesOf, printableShare } from "../segy/text-header.ts";
import { byteHints, hintsOf } from "../segy/text-hints.ts";

/** The object that a document is about. */
export type About = Pick<Metadata, "id"> & Pick<Source, "bucket" | "key" | "versionId" | "etag">;

export interface SurveyOptions {
  /** First bytes (from 1) of the 4-byte line numbers, when the caller knows better. */
  readonly keys?: { readonly slow: number; readonly fast: number };
}

const FIRST_BYTES = 1024 * 1024;

const rejected = async (about: About, source: ReadAt, head: Uint8Array, why: Finding): Promise<Metadata> => {
  const readable = head.length >= HEAD_BYTES && printableShare(head.subarray(0, 3200)) > 0.9;
  const [record] = readable ? await readRecords(source, head, 0) : [];
  const lines = record ? linesOf(record.text) : [];
  return {
    schema: 1,
    id: about.id,
    status: "rejected",
    source: sourceOf(about, source, head),
    confidence: "headers-only",
    basis: { tracesRead: 0, settledShare: 0, deviatingShareBelow95: 1, getRequests: 0, bytesRead: 0 },
    text: record
      ? { ...NO_TEXT, encoding: record.encoding, blank: record.encoding === "blank", lines, hints: hintsOf(lines) }
      : null,
    format: null,
    geometry: null,
    fields: {},
    findings: [why],
  };
};

const sourceOf = ({ bucket, key, versionId, etag }: About, { sizeBytes }: ReadAt, head: Uint8Array): Source => {
  const headSha256 = createHash("sha256").update(head.subarray(0, HEAD_BYTES)).digest("hex");
  return { bucket, key, versionId, etag, sizeBytes, headSha256 };
};

const ANY_NUMBERS = ["iline", "xline", "cdp", "espnum", "ffid", "chan", "sp"];

const keyFindings = (plan: Plan, samples: Samples, mapped: boolean): readonly Finding[] => {
  const named = mapped ? {} : byteHints(plan.text.hints); // a stanza is more than words
  const [slow, fast] = plan.lattice?.axes ?? [];
  const empty = plan.lattice === null && samples.traces.length > 1;
  const conflicts = [
    [named.slow, slow?.field.byte],
    [named.fast, fast?.field.byte],
  ].filter(
    ([said, found]) => said !== undefined && found !== undefined && said !== found && !equalElsewhere(plan, said),
  );
  return [
    ...(empty
      ? [
          finding(
            "grid-keys-empty",
            "trace headers 189, 193",
            `no pair of trace header fields counts lines and traces (tried ${ANY_NUMBERS.join(", ")} and the others)`,
          ),
        ]
      : []),
    ...(conflicts.length > 0
      ? [
          finding(
            "byte-location-conflict",
            "text header",
            `the text names the bytes ${conflicts.map(([said]) => said).join(" and ")}; the numbers that make a grid are at ${conflicts.map(([, found]) => found).join(" and ")}`,
          ),
        ]
      : []),
    ...(plan.class.startsWith("3d") && plan.alternatives.some(({ equal }) => equal)
      ? [
          finding(
            "keys-at-several-places",
            "trace headers",
            `the same line numbers are also at ${plan.alternatives
              .filter(({ equal }) => equal)
              .map((pair) => `${pair.slow}/${pair.fast}`)
              .join(", ")}`,
          ),
        ]
      : []),
  ];
};

const equalElsewhere = ({ alternatives }: Plan, byte: number): boolean =>
  alternatives.some(({ equal, slow, fast }) => equal && (slow === byte || fast === byte));

const coordinatesOf = (
  samples: Samples,
  grid: Pick<Plan, "lattice" | "class">,
  found: FoundCoordinates | undefined,
): Pick<Plan, "coordinates"> & { readonly misfit: number } => {
  if (!found) return { coordinates: null, misfit: 0 };
  const { misfit, ...fit } = fitGrid(samples, hasBins(grid) ? grid.lattice : null, found.pair);
  return { coordinates: { ...found.pair, ...fit }, misfit };
};

const lookAt = async (
  source: ReadAt,
  detected: Detected,
  { head, fields }: { head: Uint8Array; fields: Layout["fields"] },
): Promise<Walked> => {
  const { reading: _, samplesFrom: __, ...known } = detected.best;
  const { fixedLength } = detected;
  if (!fixedLength) return walkFile(source, { ...known, fields, fixedLength, traces: 0, trailingBytes: 0 });
  const { findings, ...end } = await readEnd(source, detected);
  const layout = { ...known, fields, fixedLength, ...end };
  return { layout, findings, samples: await sampleHeaders(source, layout, head) };
};

/**
 * What later passes need to know of a file; or at once the document of one that is rejected or has no traces. Foreign
 * bytes never throw; errors are those of the source.
 */
export const surveyFile = async (
  source: ReadAt,
  about: About,
  options: SurveyOptions = {},
): Promise<{ plan: Plan } | { document: Metadata }> => {
  const head = await source.read(0, Math.min(FIRST_BYTES, source.sizeBytes));
  const detected = await detectLayout(source, head);
  if ("rejected" in detected) return { document: await rejected(about, source, head, detected.rejected) };
  const heads = await readHeads(source, head, detected.best);
  const { layout, findings, samples } = await lookAt(source, detected, { head, fields: heads.fields });
  const { conflict, ...grid } = findGrid(samples, layout, options.keys);
  const found = findCoordinates(samples, grid.lattice, layout.fields);
  const { coordinates, misfit } = coordinatesOf(samples, grid, found);
  const constant = Buffer.from(head.subarray(ORDER_CONSTANT_AT, ORDER_CONSTANT_AT + 4)).toString("hex");
  const plan: Plan = {
    id: about.id,
    source: sourceOf(about, source, head),
    layout,
    ...grid,
    coordinates,
    text: heads.text,
    format: formatOf(detected, layout, { samples, text: heads.text }),
    findings: [...detected.findings, ...heads.findings, ...headFindings(detected, layout, constant), ...findings],
  };
  const whole = {
    ...plan,
    findings: [
      ...plan.findings,
      ...findingIf(layout.traces === 0, "no-traces", "file", "there are heads, and no whole trace after them"),
      ...findingIf(
        found?.floats === true,
        "coordinates-are-floats",
        `trace header ${found?.pair.x.byte}`,
        "the coordinates are floats where the standard has integers; no scalar applies",
      ),
      ...findingIf(
        misfit > 0 && coordinates?.affine === null,
        "coordinates-off-grid",
        `trace header ${found?.pair.x.byte}`,
        "the coordinates make no regular grid over the line numbers: most lie more than half a bin off any",
      ),
      ...keyFindings(plan, samples, heads.mapped),
      ...findingIf(conflict !== undefined, "byte-location-conflict", "request", conflict ?? ""),
    ],
  };
  if (layout.traces > 0) return { plan: whole };
  const basis = { tracesRead: 0, settledShare: 0, deviatingShareBelow95: 1, getRequests: 0, bytesRead: 0 };
  return { document: describe(whole, emptyPartial(), { confidence: "headers-only", basis }) };
};
