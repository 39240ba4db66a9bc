// Runs TypeScript without a build: the types are taken out of a file once, and kept until the file changes.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const FOLDER = path.join(__dirname, "../..", "node_modules", ".cache", "classification-rate");

/** As `npm run build` leaves it: nothing here is TypeScript. */
const IS_COMPILED = fs.existsSync(path.join(__dirname, "main.js"));

/**
 * Loads TypeScript from now on.
 * @param name whose files are kept together: a command's
 * @param program a file of another package, compiled with that one's TypeScript. Whoever loads TypeScript already will do
 */
exports.quickStart = function quickStart(name, program) {
  if (program !== undefined && !IS_COMPILED) return;
  if (program === undefined && IS_COMPILED) return void Module.enableCompileCache?.();
  const folder =
    program === undefined
      ? FOLDER
      : path.join(path.dirname(program), "node_modules", ".cache", "classification-rate");
  const compiler = program === undefined ? require : Module.createRequire(program);
  // From version 22.1 on, Node also keeps what V8 compiles.
  if (program === undefined) Module.enableCompileCache?.(folder);
  const file = path.join(folder, `${name}.json`);
  const kept = read(file);
  let isNew = false;
  Module._extensions[".ts"] = (module, filename) => {
    const { ino, size, ctimeMs } = fs.statSync(filename);
    const stamp = `${ino} ${size} ${ctimeMs}`;
    if (kept[filename]?.stamp !== stamp) {
      kept[filename] = { stamp, code: withoutTypes(filename, compiler) };
      isNew = true;
    }
    module._compile(kept[filename].code, filename);
  };
  process.once("exit", () => isNew && write(file, JSON.stringify(kept)));
};

function withoutTypes(filename, compiler) {
  const { ModuleKind, ScriptTarget, transpileModule } = compiler("typescript");
  const compilerOptions = {
    ...{ module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 },
    ...{ esModuleInterop: true, isolatedModules: true },
  };
  return transpileModule(fs.readFileSync(filename, "utf8"), { compilerOptions }).outputText;
}

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/** In one step: another process never reads half of it. */
function write(file, content) {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(draft, content);
    fs.renameSync(draft, file);
  } catch {
    // Nothing is kept, as in a folder that cannot be written to; the next start is only slower.
  }
}
