// What Lambda does in a function's name: read its queues and streams, send to its destinations. The lists of actions are
// those of the managed policies AWSLambdaSQSQueueExecutionRole and AWSLambdaDynamoDBExecutionRole.
const QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const STREAM_ACTIONS = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];
const SEND_ACTIONS = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  function: "lambda:InvokeFunction",
  eventBus: "events:PutEvents",
};

const allow = (actions, resource) => ({ Effect: "Allow", Action: actions, Resource: [resource] });

const arnOf = (source) => (typeof source === "object" && "arn" in source ? source.arn : source);

/** The kind of a target: said, or read from a literal ARN. */
const kindOf = (functionName, target) => {
  const said = typeof target === "object" ? target.type : undefined;
  const service = typeof arnOf(target) === "string" ? arnOf(target).split(":")[2] : undefined;
  const kind = said ?? { sqs: "sqs", sns: "sns", lambda: "function", events: "eventBus" }[service];
  if (!SEND_ACTIONS[kind])
    throw new Error(`roles: a destination of ${functionName} needs "type: sqs" (or sns, function, eventBus)`);
  return kind;
};

const sendStatement = (functionName, target) => allow([SEND_ACTIONS[kindOf(functionName, target)]], arnOf(target));

const streamStatements = (functionName, stream) => {
  const type = stream.type ?? (typeof arnOf(stream) === "string" ? arnOf(stream).split(":")[2] : undefined);
  if (type !== "dynamodb")
    throw new Error(`roles: ${functionName} has a stream of type ${type}; only dynamodb is known`);
  const onFailure = stream.destinations?.onFailure;
  return [allow(STREAM_ACTIONS, arnOf(stream)), ...(onFailure ? [sendStatement(functionName, onFailure)] : [])];
};

/** For the sources that Lambda polls; S3, SNS, HTTP and schedules push and need no right of the function. */
const eventStatements = (functionName, events) =>
  events.flatMap((event) => {
    if (event.sqs) return [allow(QUEUE_ACTIONS, arnOf(event.sqs))];
    return event.stream ? streamStatements(functionName, event.stream) : [];
  });

/** For `destinations.onSuccess` and `onFailure`; a plain name is another function of the service. */
const destinationStatements = (functionName, { destinations = {}, onError }, functionArn) => {
  if (onError)
    throw new Error(
      `roles: ${functionName} uses onError; use destinations.onFailure, which keeps the event's error too`,
    );
  return [destinations.onSuccess, destinations.onFailure].flatMap((target) => {
    if (!target) return [];
    const isName = typeof target === "string" && !target.startsWith("arn:");
    return [isName ? allow([SEND_ACTIONS.function], functionArn(target)) : sendStatement(functionName, target)];
  });
};

module.exports = { eventStatements, destinationStatements };
