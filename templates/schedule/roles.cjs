const { roles, arn } = require("@warmstart/deploy/roles");

module.exports = roles({
  // What the schedule and the failure destination need is added.
  assignShift: [{ actions: ["dynamodb:PutItem"], resources: [arn("ShiftsTable")] }],
});
