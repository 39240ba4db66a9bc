// Where a reading thread begins: as in tools/cli/run.cjs it is TypeScript that has to start quickly.
require("../cli/quickStart.cjs").quickStart("readingThread");

module.exports = (unit) => require("./readLogGroups").readUnit(unit);

/** Before it ends: what makes its next start quick is kept when a process or a thread exits. */
module.exports.keep = () => {
  process.emit("exit", 0);
};
