// The service in a cloud of its own, as the events in events/new-service find it: empty.
import type { EventGround, TestCloud } from "@warmstart/testing";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => ({
  cloud,
  app: await cloud.deploy("services/new-service", { only: "resources" }),
});
