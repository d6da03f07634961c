// npm run redrive -w services/weather-scraper [-- --stage prod]: what lies in the dead-letter queue is tried again.
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { useStage } from "@warmstart/deploy/stage";
import { parseArgs } from "node:util";

/** Moves them to the queue they came from; answers how many there were. */
export const redrive = async (sqs: SQSClient, stage: string): Promise<number> => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `weather-scraper-${stage}-dead-tasks` }));
  const AttributeNames = ["QueueArn", "ApproximateNumberOfMessages"] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  const count = Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0);
  if (count > 0) await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: Attributes?.["QueueArn"] }));
  return count;
};

if (import.meta.main) {
  const { stage } = parseArgs({ options: { stage: { type: "string", default: "local" } } }).values;
  useStage(stage);
  try {
    process.stdout.write(`${await redrive(new SQSClient(), stage)} messages go back to the queue\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}. Is stage ${stage} deployed?\n`);
    process.exitCode = 1;
  }
}
