// Pulumi's SDK takes a stack trace for every promise, to be able to name one that never settles. To
// find the original lines of each is a fifth of the tests' time, and nobody reads them.
require("../../tools/program/quickSdk.ts");
const debuggable = require("@pulumi/pulumi/runtime/debuggable");

const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (promise, context) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = limit;
  }
};
