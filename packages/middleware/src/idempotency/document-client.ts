// The document client is given, not imported: no function gets an SDK into its bundle by using this package.

/** What `DynamoDBDocumentClient` offers; the commands are those of `@aws-sdk/lib-dynamodb`. */
export interface DocumentClient {
  send(command: object): Promise<object>;
}

type Command<Input> = new (input: Input) => object;

export interface KeyInput {
  readonly TableName: string;
  readonly Key: Record<string, unknown>;
}
export interface ConditionInput {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

export interface ItemCommands {
  readonly GetCommand: Command<KeyInput & { readonly ConsistentRead: true }>;
  readonly PutCommand: Command<{ readonly TableName: string; readonly Item: Record<string, unknown> } & ConditionInput>;
  readonly DeleteCommand: Command<KeyInput & ConditionInput>;
}

export interface UpdateCommands {
  readonly UpdateCommand: Command<KeyInput & ConditionInput & { readonly UpdateExpression: string }>;
}

/** A table with the keys `pk` and `sk` and the TTL attribute `ttl`, and the client to reach it. */
export interface TableAccess<Commands> {
  readonly client: DocumentClient;
  readonly table: string;
  readonly commands: Commands;
}

/** Sends a conditional write; false when its condition does not hold. */
export const ifHolds = async (client: DocumentClient, command: object): Promise<boolean> => {
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
    throw error;
  }
};
