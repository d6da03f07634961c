// The note of which the events in events/new-service speak, in a cloud of its own.
import type { EventGround, TestCloud } from "@warmstart/testing";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoNotes } from "../src/dynamo-notes.ts";
import { KNOWN } from "./events.ts";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const app = await cloud.deploy("services/new-service", { only: "resources" });
  Object.assign(process.env, cloud.env);
  await dynamoNotes(app.resource("NotesTable"), documentClient()).put(KNOWN);
  return { cloud, app };
};
