// Runs a command of this folder, `node cli/run.cjs check ...`. The commands are TypeScript: jiti
// strips the types and caches the result, which starts faster than ts-node, let alone a type check.
const { createJiti } = require("jiti");

const [name, ...args] = process.argv.slice(2);
const { main } = createJiti(__filename, { interopDefault: false })(`./${name}.ts`);

main(args).then((exitCode) => {
  process.exitCode = exitCode;
});
