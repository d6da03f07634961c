import { env, logEvents, text } from "@warmstart/middleware";
import { ClickLine, countClicks } from "../src/count-clicks.ts";
import { documentClient } from "../src/dynamo-client.ts";
import { dynamoClicks } from "../src/dynamo-clicks.ts";

const { CLICKS_TABLE } = env({ CLICKS_TABLE: text() });
const clicks = dynamoClicks(CLICKS_TABLE, documentClient());

export const handler = logEvents({ line: ClickLine }, async ({ events, metrics }) => {
  const { gaps } = await countClicks(
    clicks,
    events.map(({ line }) => line),
  );
  metrics.add("click_gaps", gaps);
});
