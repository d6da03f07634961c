export default {
  projects: ["packages/*", "services/*", "scripts"],
  reporters: ["default", "<rootDir>/scripts/count-reporter.mjs"],
};
