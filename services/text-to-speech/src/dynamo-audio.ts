// The row of an audio on its way out: its objects go only when they are nobody's, and nobody's new ones go with them.
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { audioRow } from "./keys.ts";
import type { Audio, RemovedPost } from "./post.ts";

/** Longer than a deletion takes; one that is older was cut off, and what it left may be stored anew. */
const DELETION_MS = 60_000;
const KEPT_SECONDS = 86_400;

/** Before it, whoever has taken an audio has ended or died. */
export const longAgo = (): number => Date.now() - DELETION_MS;

export const isBeingDeleted = ({ refs, takenAt = 0 }: Audio): boolean => refs <= 0 && takenAt >= longAgo();

/** True when nobody uses it; `evenAbsent` also when there is no such row. */
export const takeUnused = async (
  table: string,
  client: DynamoDBDocumentClient,
  { owner, postHash, evenAbsent = false }: Pick<RemovedPost, "owner" | "postHash"> & { evenAbsent?: boolean },
): Promise<boolean> => {
  const now = Date.now();
  try {
    const update = new UpdateCommand({
      TableName: table,
      Key: { ...audioRow(owner, postHash) },
      UpdateExpression: "SET takenAt = :now, refs = :none, #ttl = :ttl",
      ConditionExpression: `refs <= :none${evenAbsent ? " OR attribute_not_exists(pk)" : ""}`,
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":now": now, ":none": 0, ":ttl": Math.floor(now / 1000) + KEPT_SECONDS },
    });
    await client.send(update);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
};
