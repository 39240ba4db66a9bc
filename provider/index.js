const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { provider } = require("@pulumi/pulumi");
// Plugins are named as the tokens of their components begin, so this one takes the library under another name.
const components = require("classification-rate-library");
const { version } = require("./package.json");

const schema = readFileSync(join(__dirname, "schema.json"), "utf8");
const { resources } = JSON.parse(schema);

/** Makes a component of the schema for a program in another language. */
async function construct(name, type, inputs, options) {
  if (!Object.hasOwn(resources, type)) {
    throw new Error(`expected one of ${Object.keys(resources).join(", ")}, found ${type}`);
  }
  const component = new components[type.split(":")[2]](name, inputs, options);
  const outputs = Object.keys(resources[type].properties);
  return {
    urn: component.urn,
    state: Object.fromEntries(outputs.map((output) => [output, component[output]])),
  };
}

module.exports = provider.main({ version, schema, construct }, process.argv.slice(2));
