// One event for each kind of variant; what is not named here is called over HTTP.
const order = JSON.stringify({ order: "a" });

const bus = (detail, more) => ({
  version: "0",
  id: "00000000-0000-4000-8000-000000000000",
  "detail-type": "Order placed",
  source: "shop",
  account: "000000000000",
  time: "2026-11-21T05:00:00Z",
  region: "us-east-1",
  resources: ["arn:aws:events:us-east-1:000000000000:rule/nightly"],
  detail,
  ...more,
});

const http = {
  version: "2.0",
  routeKey: "POST /hello",
  rawPath: "/hello",
  rawQueryString: "",
  headers: {
    accept: "*/*",
    "content-length": "30",
    "content-type": "application/json",
    host: "abc.execute-api.us-east-1.amazonaws.com",
    "user-agent": "curl/8.5.0",
    "x-amzn-trace-id": "Root=1-67000000-000000000000000000000000",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-port": "443",
    "x-forwarded-proto": "https",
  },
  requestContext: {
    accountId: "000000000000",
    apiId: "abc",
    domainName: "abc.execute-api.us-east-1.amazonaws.com",
    http: { method: "POST", path: "/hello", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl/8.5.0" },
    requestId: "JKJaXmPLvHcESHA=",
    routeKey: "POST /hello",
    stage: "$default",
    time: "21/Nov/2026:05:00:00 +0000",
    timeEpoch: 1795237200000,
  },
  body: JSON.stringify({ name: "warmstart", times: 3 }),
  isBase64Encoded: false,
};

module.exports = {
  http,
  queue: {
    Records: [
      {
        messageId: "00000000-0000-4000-8000-000000000000",
        eventSource: "aws:sqs",
        body: order,
        attributes: { ApproximateReceiveCount: "1" },
        messageAttributes: { correlationId: { stringValue: "c-1", dataType: "String" } },
      },
    ],
  },
  topic: { Records: [{ EventSource: "aws:sns", Sns: { MessageId: "n-1", Message: order, MessageAttributes: {} } }] },
  stream: {
    Records: [
      {
        eventName: "INSERT",
        eventSource: "aws:dynamodb",
        dynamodb: {
          Keys: { pk: { S: "a" } },
          NewImage: { pk: { S: "a" }, uses: { N: "1" } },
          SequenceNumber: "100000000000000000001",
        },
      },
    ],
  },
  schedule: bus({}, { "detail-type": "Scheduled Event", source: "aws.events" }),
  "on-event": bus({ order: "a" }),
};
