const { roles, arn, within } = require("@warmstart/deploy/roles");

const users = [arn("UsersTable")];
const pool = [arn("CognitoUserPoolUsers")];

const readUser = { actions: ["dynamodb:GetItem"], resources: users };
const changeUser = { actions: ["dynamodb:UpdateItem"], resources: users };

module.exports = roles({
  // Nothing of the pool: it would be a circle, see serverless.yml.
  confirmUser: [{ actions: ["dynamodb:PutItem"], resources: users }],
  getMe: [
    { actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], resources: users },
    { actions: ["cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"], resources: pool },
  ],
  updateMe: [changeUser],
  deleteMe: [changeUser, { actions: ["cognito-idp:AdminDeleteUser"], resources: pool }],
  getUser: [readUser],
  listUsers: [
    {
      actions: ["dynamodb:Query"],
      resources: [within("UsersTable", "/index/gsi1"), within("UsersTable", "/index/gsi2")],
    },
    readUser,
  ],
  setRole: [
    readUser,
    changeUser,
    {
      actions: [
        "cognito-idp:AdminAddUserToGroup",
        "cognito-idp:AdminRemoveUserFromGroup",
        "cognito-idp:AdminUserGlobalSignOut",
      ],
      resources: pool,
    },
  ],
  openApi: [],
});
