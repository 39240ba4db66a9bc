import { createRequire, Module } from "node:module";

/**
 * What Pulumi's SDK loads as it starts and uses only to turn functions into cloud functions: two thirds
 * of its start, and a third of the process's memory. Running a program for what it declares takes neither.
 */
const FOR_FUNCTIONS = ["typescript", "@npmcli/arborist"];

const load = createRequire(__filename);

/**
 * Loads Pulumi's SDK, with stand-ins for these packages that load the real one when something of it is
 * asked for. Whoever else loads them gets the real ones. Import it before the SDK.
 */
function loadSdk(): void {
  const sdk = createRequire(load.resolve("@pulumi/pulumi"));
  const paths = FOR_FUNCTIONS.flatMap((name) => resolved(sdk, name)).filter(
    (path) => sdk.cache[path] === undefined,
  );
  for (const path of paths) sdk.cache[path] = standIn(path, sdk);
  load("@pulumi/pulumi");
  for (const path of paths) Reflect.deleteProperty(sdk.cache, path);
}

/** An SDK that does without the package, or has it elsewhere, loads as it likes. */
function resolved(sdk: NodeJS.Require, name: string): string[] {
  try {
    return [sdk.resolve(name)];
  } catch {
    return [];
  }
}

function standIn(path: string, sdk: NodeJS.Require): NodeJS.Module {
  const module = new Module(path);
  module.loaded = true;
  module.exports = new Proxy(
    {},
    {
      get: (_, name) => {
        // An import looks at this; told yes, it looks at nothing else yet.
        if (name === "__esModule") return true;
        if (sdk.cache[path] === module) Reflect.deleteProperty(sdk.cache, path);
        const real = sdk(path) as object;
        const value: unknown = name === "default" ? real : Reflect.get(real, name);
        return value;
      },
    },
  );
  return module;
}

loadSdk();
