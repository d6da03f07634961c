import { parseArgs } from "node:util";
import { dev as run, packageServices, packagingErrors, serviceAt } from "../dev/index.ts";

/** `warmstart dev [folder …]`: packages services, deploys them into a cloud of this folder, and watches. */
export const dev = async (args: string[]): Promise<number> => {
  const started = performance.now();
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const services = (positionals.length === 0 ? ["."] : positionals).map(serviceAt);
  process.stdout.write(`Packaging ${services.map(({ name }) => name).join(", ")} …\n`);
  const packaged = await packageServices(services);
  if (packaged.status === 0) return run({ services, packageServices }, started);
  process.stdout.write(`${packagingErrors(packaged.output)}\n`);
  return 1;
};
