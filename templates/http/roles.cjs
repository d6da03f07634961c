const { roles, arn } = require("@warmstart/deploy/roles");

const notes = [arn("NotesTable")];

module.exports = roles({
  // Reads and writes the records of Idempotency-Keys too.
  createNote: [{ actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: notes }],
  getNote: [{ actions: ["dynamodb:GetItem"], resources: notes }],
  openApi: [],
});
