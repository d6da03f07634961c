// The services of this repository, by name, in the order in which they can be deployed.
import { inDeployOrder as ordered, serviceAt } from "@warmstart/cloud/dev";
import { serviceFolder, services } from "./repository.ts";

const servicesNamed = (names: readonly string[]) => names.map((name) => serviceAt(serviceFolder(name)));

/** The wanted names, each after all that it imports from; those come along when they are not among the wanted. */
export const inDeployOrder = (wanted: readonly string[]): readonly string[] =>
  ordered(servicesNamed(wanted), servicesNamed(services())).map(({ name }) => name);
