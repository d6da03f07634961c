// What CloudFormation hands to the types of resources, for tests that call a type themselves.
import type { ResourceContext } from "./resource-type.ts";

/** `name` is the one that a resource without its own gets. */
export const contextOf = (
  stackName: string,
  logicalId: string,
  name: string = `${stackName}-${logicalId}`,
): ResourceContext => ({
  stackName,
  logicalId,
  region: "us-east-1",
  account: "000000000000",
  generateName: () => name,
});
