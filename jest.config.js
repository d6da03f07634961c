import { join } from "node:path";

// Recorded data that is not part of this repository; tests that read it skip without it. Workers inherit it.
process.env.WARMSTART_DATA ??= join(import.meta.dirname, "../shared/data");

export default {
  projects: ["packages/*", "services/*", "scripts"],
  testTimeout: 30_000, // a global option: jest takes none from a project's preset
  reporters: ["default", "<rootDir>/scripts/count-reporter.mjs"],
};
