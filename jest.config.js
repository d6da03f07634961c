import { join } from "node:path";

// Recorded data that is not part of this repository; tests that read it skip without it. Workers inherit it.
process.env.WARMSTART_DATA ??= join(import.meta.dirname, "../shared/data");

export default {
  projects: ["packages/*", "services/*", "scripts"],
  testTimeout: 30_000, // a global option: jest takes none from a project's preset
  // ES modules of ended files stay in a worker's memory; collecting that garbage over and over costs more than a new worker.
  workerIdleMemoryLimit: "1GB",
  reporters: ["default", "<rootDir>/scripts/count-reporter.mjs"],
};
