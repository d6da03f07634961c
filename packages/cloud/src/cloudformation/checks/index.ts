// Everything that is looked at before the first resource is touched.
import type { Prepared } from "../prepare.ts";
import { invalid } from "../template.ts";
import { foresee, type Foresight, type ForesightOptions } from "./foresight.ts";
import { bucketNames, eventSources, streams } from "./functions.ts";
import { lambdaPermissions } from "./permissions.ts";
import { policyDocuments, rolesOfSources } from "./policies.ts";
import type { Check, Problem } from "./problem.ts";
import { checkTypes, ownChecks, unknownAttributes, unknownProperties } from "./types.ts";

const CHECKS: readonly Check[] = [
  unknownProperties,
  ownChecks,
  eventSources,
  streams,
  bucketNames,
  lambdaPermissions,
  policyDocuments,
  rolesOfSources,
];

const sentence = ({ resource, property, message }: Problem): string =>
  `Resource ${resource}${property === "" ? "" : `, property ${property}`}: ${message}`;

/** Throws one ValidationError that names every problem, or answers the foreseen resources. */
export const checkTemplate = (prepared: Prepared, options: ForesightOptions): Foresight => {
  checkTypes(prepared, options.types);
  const wrongAttributes = unknownAttributes(prepared);
  if (wrongAttributes.length > 0) throw invalid(wrongAttributes.map(sentence).join("\n"));
  const foresight = foresee(prepared, options);
  const problems = CHECKS.flatMap((check) => check({ foresight, types: options.types }));
  if (problems.length > 0) throw invalid([...new Set(problems.map(sentence))].join("\n"));
  return foresight;
};
