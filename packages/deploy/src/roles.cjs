// One IAM role per function, from a short list in the service's roles.cjs. osls itself knows only one role for all.
const { destinationStatements, eventStatements } = require("./event-rights.cjs");

const POLICY_VERSION = "2012-10-17";

/** `create-link` and `createLink` both give `CreateLinkRole`. */
const roleName = (functionName) =>
  `${functionName.replace(/(?:^|[-_])(\w)/g, (_match, letter) => letter.toUpperCase())}Role`;

/** The ARN of a resource of the same stack. */
const arn = (logicalId) => ({ "Fn::GetAtt": [logicalId, "Arn"] });

/** What is inside a resource of the same stack: `within("OriginalsBucket", "/uploads/*")`, `within("LinksTable", "/index/gsi1")`. */
const within = (logicalId, path) => ({ "Fn::Sub": `\${${logicalId}.Arn}${path}` });

const functionArn = (physicalName) => ({
  "Fn::Sub": `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${physicalName}`,
});

const logStatement = (physicalName) => ({
  Effect: "Allow",
  Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
  Resource: [
    {
      "Fn::Sub": `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${physicalName}:*`,
    },
  ],
});

/** AWS takes no narrower resource for them than all: the service authorization reference names none. */
const WITHOUT_RESOURCE = new Set(["polly:DescribeVoices", "polly:SynthesizeSpeech"]);

const isWild = (resource, actions) => resource === "*" && !actions.every((action) => WITHOUT_RESOURCE.has(action));

const ownStatement = (functionName, { actions, resources, condition }) => {
  const wild =
    actions.find((action) => action.includes("*")) ?? resources.find((resource) => isWild(resource, actions));
  if (wild !== undefined) throw new Error(`roles: ${functionName} asks for "${wild}"; name the actions and resources`);
  if (!actions.length || !resources.length)
    throw new Error(`roles: ${functionName} has a statement without actions or resources`);
  return { Effect: "Allow", Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
};

const role = (service, statements, name) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    ...(name === undefined ? {} : { RoleName: name }),
    AssumeRolePolicyDocument: {
      Version: POLICY_VERSION,
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    },
    Policies: [{ PolicyName: "own", PolicyDocument: { Version: POLICY_VERSION, Statement: statements } }],
  },
});

const assertMatch = (list, functions) => {
  const faults = [
    ...Object.keys(functions).flatMap((name) => (list[name] ? [] : [`${name} has no entry in roles.cjs`])),
    ...Object.keys(list).flatMap((name) => (functions[name] ? [] : [`${name} of roles.cjs is no function`])),
    ...Object.entries(functions).flatMap(([name, { role: given }]) =>
      given === roleName(name) ? [] : [`${name} needs "role: ${roleName(name)}" in serverless.yml`],
    ),
  ];
  if (faults.length) throw new Error(`roles: ${faults.join("; ")}`);
};

/** IAM's limit on a role's name. */
const LONGEST_NAME = 64;

/**
 * `<function>-<region>`, since roles belong to the account and not to a region. A plain string: `sls deploy function`
 * refuses a function whose role has no name of its own.
 */
const physicalRoleName = (functionName, region) => {
  const name = `${functionName}-${region}`;
  if (name.length <= LONGEST_NAME) return name;
  throw new Error(`roles: the role name ${name} is over ${LONGEST_NAME} characters; shorten the function's name`);
};

/** The role with which EventBridge Scheduler invokes; for events that say `method: scheduler`. */
const schedulerRole = (functions, physicalName) => {
  const scheduled = Object.keys(functions).filter((name) =>
    (functions[name].events ?? []).some(({ schedule }) => schedule?.method === "scheduler"),
  );
  if (!scheduled.length) return {};
  const Resource = scheduled.map((name) => functionArn(physicalName(name)));
  return {
    SchedulerRole: role("scheduler.amazonaws.com", [{ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource }]),
  };
};

/**
 * The export of a service's roles.cjs: `module.exports = roles({ createLink: [{ actions, resources }], … })`, or a
 * function of `{ service, stage }` that gives the list. Adds trust, the function's own log group, and what its event
 * sources and destinations need. Fails when a function has no entry.
 */
const roles =
  (list) =>
  async ({ resolveVariable, resolveConfigurationProperty }) => {
    const service = await resolveConfigurationProperty(["service"]);
    const stage = await resolveVariable("sls:stage");
    const functions = (await resolveConfigurationProperty(["functions"])) ?? {};
    const wanted = typeof list === "function" ? list({ service, stage }) : list;
    assertMatch(wanted, functions);
    const physicalName = (name) => functions[name].name ?? `${service}-${stage}-${name}`;
    const region = await resolveConfigurationProperty(["provider", "region"]);
    const Resources = Object.entries(functions).map(([name, settings]) => [
      roleName(name),
      role(
        "lambda.amazonaws.com",
        [
          logStatement(physicalName(name)),
          ...eventStatements(name, settings.events ?? []),
          ...destinationStatements(name, settings, (target) => functionArn(physicalName(target))),
          ...wanted[name].map((statement) => ownStatement(name, statement)),
        ],
        physicalRoleName(physicalName(name), region),
      ),
    ]);
    return { Resources: { ...Object.fromEntries(Resources), ...schedulerRole(functions, physicalName) } };
  };

module.exports = { roles, arn, within, roleName };
