import type { ServerlessInstance } from "./esbuild.cjs";

/** A plugin of osls, named in serverless.yml as `@warmstart/deploy/plugin`; osls calls it with `new`. */
declare const plugin: new (serverless: ServerlessInstance) => {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;
};
export = plugin;
