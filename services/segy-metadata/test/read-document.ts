// A file's document as the service makes it, without the service.
import { describe } from "../src/document/describe.ts";
import type { Metadata } from "../src/document/metadata.ts";
import { mergePartials, type Partial } from "../src/passes/partial.ts";
import type { Plan } from "../src/survey/plan.ts";
import { bytesSource, type ReadAt } from "../src/segy/read-at.ts";
import { scanTraces } from "../src/passes/scan.ts";
import { surveyFile, type SurveyOptions } from "../src/survey/survey.ts";

export const ABOUT = { id: "id", bucket: "incoming", key: "uploads/cube.sgy", versionId: "1", etag: "e" };

/** Of an exact pass; the counts of requests are the service's business. */
export const EXACT = {
  confidence: "exact" as const,
  basis: { tracesRead: 0, settledShare: 1, deviatingShareBelow95: 0, getRequests: 0, bytesRead: 0 },
};

export const planOf = async (source: ReadAt): Promise<Plan> => {
  const surveyed = await surveyFile(source, ABOUT);
  if ("document" in surveyed) throw new Error(`no plan: ${JSON.stringify(surveyed.document.findings)}`);
  return surveyed.plan;
};

/** The exact document of these bytes. */
export const readDocument = async (bytes: Uint8Array | ReadAt, options: SurveyOptions = {}): Promise<Metadata> => {
  const source = bytes instanceof Uint8Array ? bytesSource(bytes) : bytes;
  const surveyed = await surveyFile(source, ABOUT, options);
  if ("document" in surveyed) return surveyed.document;
  const { plan } = surveyed;
  return describe(plan, await scanTraces(source, plan, { from: 0, traces: plan.layout.traces }), EXACT);
};

/** One pass in parts that begin at these traces, merged in the order of the file. */
export const scanInParts = async (
  source: ReadAt,
  plan: Plan,
  starts: readonly number[],
): Promise<readonly Partial[]> => {
  const froms = [...new Set([0, ...starts])].filter((from) => from < plan.layout.traces).toSorted((a, b) => a - b);
  return Promise.all(
    froms.map(async (from, at) =>
      scanTraces(source, plan, { from, traces: (froms[at + 1] ?? plan.layout.traces) - from }),
    ),
  );
};

export const merged = (plan: Plan, parts: readonly Partial[]): Partial =>
  parts.reduce((a, b) => mergePartials(plan.lattice, a, b));
