// Where a reading thread begins: as in tools/cli/run.cjs it is TypeScript that has to start quickly.
require("../../cli/quickStart.cjs").quickStart("readingThread");
require("./thread.ts").serve();
