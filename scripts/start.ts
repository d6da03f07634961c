// npm start: packages every service, then runs them all as `warmstart dev` does.
// Nothing here imports a package at first: on a fresh clone they are built by the first step.
import { join } from "node:path";
import { buildPackages, packageServices, packagingErrors } from "./package-services.ts";
import { root, serviceFolder, services } from "./repository.ts";

/** Packages whose code ends up in every service. */
const SHARED = ["packages/middleware/src", "packages/deploy/src"];

const main = async (): Promise<number> => {
  const started = performance.now();
  const names = services();
  process.stdout.write(`Packaging ${names.join(", ")} (cached by turbo) …\n`);
  const packaged = await packageServices(names);
  if (packaged.status !== 0) {
    process.stdout.write(`${packagingErrors(packaged.output)}\n`);
    return 1;
  }
  const { dev } = await import("@warmstart/cloud/dev");
  const project = {
    services: names.map((name) => ({ name, folder: serviceFolder(name) })),
    packageServices: (changed: readonly { readonly name: string }[]) =>
      packageServices(changed.map(({ name }) => name)),
    shared: { folders: SHARED.map((folder) => join(root, folder)), build: buildPackages },
    more: "npm run demo",
  };
  return dev(project, started);
};

process.exitCode = await main().catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
