const { roles, arn, within } = require("@warmstart/deploy/roles");

const table = arn("ForecastsTable");
const read = (...actions) => [{ actions, resources: [table] }];

module.exports = roles({
  plan: [
    { actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"], resources: [table] },
    { actions: ["sqs:SendMessage"], resources: [arn("TasksQueue")] },
  ],
  fetch: [
    {
      actions: ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      resources: [table],
    },
    { actions: ["s3:PutObject"], resources: [within("RawBucket", "/raw/*"), within("RawBucket", "/rejected/*")] },
    // Later than the queue would give it back, when a provider says how long to wait.
    { actions: ["sqs:ChangeMessageVisibility"], resources: [arn("TasksQueue")] },
  ],
  listLocations: [],
  getForecast: read("dynamodb:GetItem"),
  getHistory: read("dynamodb:Query"),
  getRun: read("dynamodb:Query"),
  openApi: [],
});
