// Tells scripts/test.ts how many tests passed and failed. (--json loses the whole report when one failure holds a cycle.)
import { writeFileSync } from "node:fs";

export default class CountReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults }) {
    const file = process.env.WARMSTART_TEST_COUNTS;
    if (file === undefined) return;
    const slowest = testResults
      .map(({ testFilePath, perfStats }) => ({ path: testFilePath, seconds: perfStats.runtime / 1000 }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, 8);
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    writeFileSync(file, JSON.stringify({ passed: numPassedTests, failed, slowest }));
  }
}
