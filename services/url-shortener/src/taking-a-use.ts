/** The one write that takes a use, for both clients. It fails when none is left, or when it is another link by now. */
export const TAKE_A_USE = {
  UpdateExpression: "ADD #uses :one",
  ConditionExpression:
    "createdAt = :createdAt AND attribute_not_exists(disabled) AND attribute_exists(maxUses) AND (attribute_not_exists(#uses) OR #uses < maxUses)",
  ExpressionAttributeNames: { "#uses": "uses" },
};

export const linkKey = (code: string): { pk: string; sk: string } => ({ pk: `L#${code}`, sk: "L" });
