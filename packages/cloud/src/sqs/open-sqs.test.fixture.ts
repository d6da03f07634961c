// SQS behind the real gateway with a client, for the tests of queues.
import { SQSClient } from "@aws-sdk/client-sqs";
import { serve, type Served, type ServeOptions } from "../gateway/serve.test.fixture.ts";
import { createSqs, type SqsService } from "./index.ts";

export interface OpenSqs {
  readonly served: Served;
  readonly service: SqsService;
  readonly sqs: SQSClient;
  readonly close: () => Promise<void>;
}

export const openSqs = async (options: ServeOptions): Promise<OpenSqs> => {
  const made: SqsService[] = [];
  const served = await serve((ground, iam) => {
    const service = createSqs(ground, iam);
    made.push(service);
    return [service.service];
  }, options);
  const [service] = made;
  if (service === undefined) throw new Error("no service was made");
  service.start();
  const sqs = new SQSClient({ ...served.client, maxAttempts: 1 });
  const close = async (): Promise<void> => {
    sqs.destroy();
    await served.close();
  };
  return { served, service, sqs, close };
};
