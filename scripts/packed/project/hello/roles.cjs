const { roles } = require("@warmstart/deploy/roles");

module.exports = roles({ greet: [] });
