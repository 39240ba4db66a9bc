// Where a reading thread begins: as in cli/run.cjs it is TypeScript that has to start quickly.
require("../../quickStart.cjs").quickStart("readingThread");
require("./thread.ts").serve();
