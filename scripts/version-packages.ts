// npm run version-packages: gives the packages the numbers that the files in .changeset/ ask for, and all that names them.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./command.ts";
import { root } from "./repository.ts";

const must = async (program: string, ...args: string[]): Promise<void> => {
  const { status } = await run(program, args, { show: true });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
};

/** What changesets does not see, because templates are no workspaces. */
const renumberTemplates = (): void => {
  const { version } = JSON.parse(readFileSync(join(root, "packages/cloud/package.json"), "utf8")) as {
    version: string;
  }; // npm's format; the packages have one version
  for (const file of globSync("templates/*/package.json", { cwd: root })) {
    const path = join(root, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replace(/("@warmstart\/(?:cloud|deploy|middleware|testing)": )"[^"]*"/g, `$1"^${version}"`),
    );
  }
};

await must("changeset", "version");
renumberTemplates();
await must("npm", "install", "--package-lock-only", "--no-audit", "--no-fund");
