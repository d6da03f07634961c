// Fails `sls package` and `sls deploy` when the zip holds sharp for another architecture than the function's: the most
// reported fault of sharp on Lambda, and one that shows only when the function starts.
const { checkZip } = require("@warmstart/deploy/check-zip");

module.exports = function checkSharp(serverless) {
  const check = () => {
    const { artifact } = serverless.service.getFunction("resize").package;
    checkZip(artifact, serverless.service.provider.architecture);
  };
  this.hooks = { "after:package:createDeploymentArtifacts": check };
};
