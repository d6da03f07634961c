const { roles, arn } = require("@warmstart/deploy/roles");

module.exports = roles({
  // A transaction needs the actions of its parts. What the queue needs is added.
  postEntry: [{ actions: ["dynamodb:PutItem", "dynamodb:UpdateItem"], resources: [arn("AccountsTable")] }],
});
