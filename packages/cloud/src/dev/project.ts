// What `warmstart dev` works on.
import type { Packaged } from "./packaging.ts";
import type { Service } from "./service.ts";

/** What `dev` keeps running. */
export interface Project {
  readonly services: readonly Service[];
  readonly packageServices: (services: readonly Service[]) => Promise<Packaged>;
  /** Sources beside the services that end up in all of them, and what makes them ready to be bundled. */
  readonly shared?: { readonly folders: readonly string[]; readonly build: () => Promise<unknown> };
  /** What else there is to type, for the last line. */
  readonly more?: string;
}
