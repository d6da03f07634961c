// npm start: packages every service, starts the cloud, deploys all of them, prints one table, then watches.
// Nothing here imports a package: on a fresh clone they are built by the first step.
import { packageServices, packagingErrors } from "./package-services.ts";
import { services } from "./repository.ts";

const main = async (): Promise<number> => {
  const started = performance.now();
  const names = services();
  process.stdout.write(`Packaging ${names.join(", ")} (cached by turbo) …\n`);
  const packaged = await packageServices(names);
  if (packaged.status !== 0) {
    process.stdout.write(`${packagingErrors(packaged.output)}\n`);
    return 1;
  }
  const { runCloud } = await import("./start/run-cloud.ts");
  return runCloud(names, started);
};

process.exitCode = await main().catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
