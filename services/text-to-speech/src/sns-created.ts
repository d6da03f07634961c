// The topic that says which posts are new, to whoever wants to know.
import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { type Call, correlationAttributes } from "@warmstart/middleware";
import type { PostId } from "./post.ts";

export const snsCreated =
  (sns: SNSClient, TopicArn: string) =>
  async (id: PostId, call: Pick<Call, "correlationId">): Promise<void> => {
    const MessageAttributes = correlationAttributes(call);
    await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ id }), MessageAttributes }));
  };
