#!/usr/bin/env node
// Runs a command of this folder, `node tools/cli/run.cjs check ...`, whether or not it is compiled.
const { quickStart } = require("./quickStart.cjs");

const [name, ...args] = process.argv.slice(2);
quickStart(name);
const { main } = require("./main");

// Whoever reads the output may stop early, as `head` does: that is no mistake. That a disk is full is one.
process.stdout.on("error", ({ code, message }) => {
  if (code === "EPIPE") process.exit();
  process.stderr.write(`standard output cannot be written: ${message}\n`);
  process.exit(2);
});
process.stderr.on("error", () => {});

main(name, args).then((exitCode) => {
  process.exitCode = exitCode;
});
