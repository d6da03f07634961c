const { roles, arn, within } = require("@warmstart/deploy/roles");

const links = [arn("LinksTable")];
const clicks = [arn("ClicksTable")];

const readLink = { actions: ["dynamodb:GetItem"], resources: links };
// Links, the records of Idempotency-Keys and the counter of new links are in one table.
const create = {
  actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  resources: links,
};

module.exports = roles({
  redirect: [{ actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: links }],
  showPage: [readLink],
  submitPage: [{ actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: links }],
  qrCode: [readLink],
  createLink: [create],
  createLinks: [create],
  listLinks: [
    { actions: ["dynamodb:Query"], resources: [within("LinksTable", "/index/gsi1")] },
    { actions: ["dynamodb:BatchGetItem"], resources: links },
  ],
  getLink: [readLink],
  updateLink: [{ actions: ["dynamodb:UpdateItem"], resources: links }],
  removeLink: [{ actions: ["dynamodb:PutItem"], resources: links }],
  disableLink: [{ actions: ["dynamodb:UpdateItem"], resources: links }],
  enableLink: [{ actions: ["dynamodb:UpdateItem"], resources: links }],
  linkStats: [readLink, { actions: ["dynamodb:Query", "dynamodb:BatchGetItem"], resources: clicks }],
  countClicks: [{ actions: ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources: clicks }],
  checkApiKey: [readLink],
  // The key and the number of its owner's keys, in one transaction.
  createApiKey: [{ actions: ["dynamodb:PutItem", "dynamodb:UpdateItem"], resources: links }],
  listApiKeys: [{ actions: ["dynamodb:Query"], resources: [within("LinksTable", "/index/gsi1")] }],
  removeApiKey: [{ actions: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"], resources: links }],
  openApi: [],
});
