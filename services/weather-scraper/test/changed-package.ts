// The packaged service with another template, for what a deploy decides: rights, schedules, time zones.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const service = join(import.meta.dirname, "..");
const TEMPLATE = ".serverless/cloudformation-template-update-stack.json";

/** Answers the folder; `change` gets the template's text. */
export const changedPackage = (change: (template: string) => string): string => {
  const folder = mkdtempSync(join(tmpdir(), "warmstart-weather-"));
  for (const name of ["serverless.yml", "openapi.json", ".serverless"])
    cpSync(join(service, name), join(folder, name), { recursive: true });
  rmSync(join(folder, ".serverless/sources.sha256")); // its sources are not beside it
  const path = join(folder, TEMPLATE);
  writeFileSync(path, change(readFileSync(path, "utf8")));
  return folder;
};
