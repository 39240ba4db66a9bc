// Runs a command of this folder, `node tools/cli/run.cjs check ...`.
const { quickStart } = require("./quickStart.cjs");

const [name, ...args] = process.argv.slice(2);
quickStart(name);
const { main } = require(`./${name}.ts`);

// Whoever reads the output may stop early, as `head` does: that is no mistake.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

main(args).then((exitCode) => {
  process.exitCode = exitCode;
});
