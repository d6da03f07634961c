// npm run new -- <name> --from http|queue|schedule|object: a minimal service in services/, green at birth.
// Nothing here imports a package: on a fresh clone they are built by the first step.
import { parseArgs } from "node:util";
import { makeService } from "./new/make-service.ts";
import { KINDS, Refusal, type Wanted, wantedOf } from "./new/refusal.ts";
import { buildPackages, packagingErrors } from "./package-services.ts";
import { root } from "./repository.ts";

const USAGE = `npm run new -- <name> --from ${KINDS.join("|")}`;

const WHAT: Readonly<Record<Wanted["kind"], string>> = {
  http: "two routes on one table",
  queue: "a queue whose messages take effect once",
  schedule: "a schedule that writes one result for each run",
  object: "a bucket whose uploads are read, and what was found in a table",
};

const readArguments = (): Wanted => {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { from: { type: "string" } } });
    const [name, ...more] = positionals;
    if (more.length > 0) throw new Refusal(`What is ${more.join(" ")}? One service at a time`);
    return wantedOf(root, name, values.from);
  } catch (error) {
    throw error instanceof TypeError ? new Refusal(error.message, { cause: error }) : error; // parseArgs's own
  }
};

const nextSteps = ({ name, kind }: Wanted): string =>
  `services/${name} is there: ${WHAT[kind]}. Its README says what to read first.

  npm start                      runs it beside the others
  npm test -- services/${name}   its tests

An npm start that is running already lists it after Ctrl-C and npm start.
`;

const main = async (): Promise<number> => {
  const wanted = readArguments();
  const built = await buildPackages();
  if (built.status !== 0) throw new Error(packagingErrors(built.output));
  await makeService(root, wanted);
  process.stdout.write(nextSteps(wanted));
  return 0;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (!(error instanceof Refusal)) return 1;
  process.stderr.write(`${USAGE}\n`);
  return 2;
});
