// What can be wrong or odd in a file. Only an error rejects it; the message of a finding says where and what.
import * as v from "valibot";

const ERRORS = [
  "empty-file",
  "shorter-than-headers",
  "not-segy",
  "no-layout",
  "ext-text-past-end",
  "first-trace-past-end",
] as const;

const WARNINGS = [
  "truncated-trace",
  "trailing-bytes",
  "missing-traces",
  "duplicate-traces",
  "off-lattice-header",
  "order-break",
  "samples-conflict",
  "ns-conflict",
  "dt-conflict",
  "dt-zero",
  "format-unknown",
  "count-conflict",
  "ext-text-end-missing",
  "byte-location-conflict",
  "grid-keys-empty",
  "layout-stanza-invalid",
  "coordinates-are-floats",
  "scalar-illegal",
  "coordinates-off-grid",
  "variable-length",
  "byte-order-constant-invalid",
  "rev2-fields-inconsistent",
] as const;

const INFOS = [
  "no-traces",
  "text-blank",
  "text-mixed-encodings",
  "scalar-zero",
  "byte-order-not-declared",
  "dead-traces",
  "year-two-digits",
  "keys-at-several-places",
  "trailer-records",
  "revision-odd",
] as const;

export type FindingCode = (typeof ERRORS)[number] | (typeof WARNINGS)[number] | (typeof INFOS)[number];
export type Severity = "error" | "warning" | "info";

const severities = new Map<string, Severity>([
  ...ERRORS.map((code) => [code, "error"] as const),
  ...WARNINGS.map((code) => [code, "warning"] as const),
  ...INFOS.map((code) => [code, "info"] as const),
]);

export const Finding = v.strictObject({
  code: v.picklist([...ERRORS, ...WARNINGS, ...INFOS]),
  severity: v.picklist(["error", "warning", "info"]),
  /** Such as `binary 3221`, `trace header 115`, `text record 2`, `file`. */
  where: v.string(),
  message: v.string(),
  /** Traces (from 0) that show it: the first hundred, and how many there are in all. */
  traces: v.optional(v.strictObject({ count: v.number(), first: v.array(v.number()) })),
});
export type Finding = v.InferOutput<typeof Finding>;

export const MOST_FINDINGS = 200;

export const finding = (code: FindingCode, where: string, message: string, traces?: Finding["traces"]): Finding => ({
  code,
  severity: severities.get(code) ?? "error",
  where,
  message,
  ...(traces && { traces }),
});

/** The finding when it holds, for lists of them. */
export const findingIf = (holds: boolean, code: FindingCode, where: string, message: string): readonly Finding[] =>
  holds ? [finding(code, where, message)] : [];

/** The worst severity among findings, or `none`. */
export const worstOf = (findings: readonly Finding[]): Severity | "none" =>
  (["error", "warning", "info"] as const).find((severity) => findings.some((each) => each.severity === severity)) ??
  "none";
