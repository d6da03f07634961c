// The house rules that a machine can watch; part of npm test. `node scripts/run.mjs scripts/check-services.ts` runs it alone.
import { checkCompiled } from "./check-services/compiled.ts";
import { checkDependencies } from "./check-services/dependencies.ts";
import { checkFixtures } from "./check-services/fixtures.ts";
import { checkFrontPage } from "./check-services/front-page.ts";
import { checkSameness } from "./check-services/sameness.ts";
import { checkSizes } from "./check-services/sizes.ts";
import { services } from "./repository.ts";

/** One line per violation: what, where, and what to do. Services must be packaged. */
export const checkServices = async (): Promise<readonly string[]> => {
  const names = services();
  return [
    ...checkSizes(),
    ...checkDependencies(),
    ...checkSameness(names),
    ...checkFrontPage(names),
    ...names.flatMap(checkCompiled),
    ...(await Promise.all(names.map(checkFixtures))).flat(),
  ];
};

if (import.meta.main) {
  const violations = await checkServices();
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${violations.length} violations\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
