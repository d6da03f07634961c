module.exports = { preset: "@warmstart/testing" };
