// npm run eject -- <service> <folder> [--name <name>] [--published]: writes a project of that service alone.
import { ejectProject } from "./eject/eject-project.ts";
import { planEject, UsageError } from "./eject/plan.ts";

const USAGE = `npm run eject -- <service> <folder> [--name <name>] [--published]

Writes a project that installs, tests, runs, packages and deploys without this repository.
  <service>    a folder of services/; users, products and orders are one project: store
  <folder>     where to; it must not exist, or be empty
  --name       the project's own name, everywhere: in code, stack, tables and functions
  --published  take the packages @warmstart/* from the registry instead of bringing them along
`;

const main = async (): Promise<number> => {
  await ejectProject(planEject(process.argv.slice(2)), (line) => process.stdout.write(`${line}\n`));
  return 0;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof UsageError)) return 1;
  process.stderr.write(`\n${USAGE}`);
  return 2;
});
