export default {
  projects: ["packages/*", "services/*", "scripts"],
  testTimeout: 30_000, // a global option: jest takes none from a project's preset
  reporters: ["default", "<rootDir>/scripts/count-reporter.mjs"],
};
