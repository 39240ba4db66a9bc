// Makes commands start quickly. They are TypeScript: the types are taken out once, and what V8 makes
// of each module, packages' too, is kept for the next start. A file that has changed in any way is
// read anew, so nothing of this can be stale, and nobody has to build anything.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");
const { crc32 } = require("node:zlib");

const FOLDER = path.join(__dirname, "../..", "node_modules", ".cache", "classification-rate");

/** `import(...)` only works in what Node itself compiles. In a comment or text it does no harm. */
const IMPORT = /\bimport\s*[(/]/;

/** Loads TypeScript from now on, with what the last start of the same command has kept. */
exports.quickStart = function quickStart(command) {
  const file = path.join(FOLDER, `${command}.bin`);
  const { version: compiler } = require("typescript/package.json");
  const version = [process.version, process.arch, compiler, stampOf(__filename)].join();
  const kept = read(file, version);
  const unsaved = new Map();

  /** What is kept of a module as it is now. */
  const moduleAt = (filename) => {
    const stamp = stampOf(filename);
    if (kept[filename]?.stamp !== stamp) kept[filename] = { stamp };
    return kept[filename];
  };

  Module._extensions[".ts"] = (module, filename) => {
    const known = moduleAt(filename);
    if (known.javaScript === undefined) {
      known.javaScript = withoutTypes(filename);
      unsaved.set(filename, undefined);
    }
    module._compile(known.javaScript, filename);
  };

  // Node keeps compiled code by itself from version 22.1 on.
  if (Module.enableCompileCache !== undefined) Module.enableCompileCache(FOLDER);
  else {
    const nodeCompile = Module.prototype._compile;
    Module.prototype._compile = function compile(source, filename) {
      const known = moduleAt(filename);
      known.isForNode ??= IMPORT.test(source);
      if (known.isForNode) return nodeCompile.call(this, source, filename);
      const script = new vm.Script(Module.wrap(source), { filename, cachedData: known.code });
      if (known.code === undefined || script.cachedDataRejected) unsaved.set(filename, script);
      const run = script.runInThisContext();
      const folder = path.dirname(filename);
      return run.call(this.exports, this.exports, requireOf(this), this, filename, folder);
    };
  }

  process.once("exit", () => {
    if (unsaved.size === 0) return;
    // Only now does the code hold the functions that were compiled when they were first called.
    for (const [filename, script] of unsaved) {
      if (script !== undefined) kept[filename].code = script.createCachedData();
    }
    write(file, version, kept);
  });
};

/** Differs for any two states of a file: its change time is the system's and cannot be set back. */
function stampOf(filename) {
  const { ino, size, ctimeMs } = fs.statSync(filename);
  return `${ino} ${size} ${ctimeMs}`;
}

function withoutTypes(filename) {
  const { ModuleKind, ScriptTarget, transpileModule } = require("typescript");
  const compilerOptions = {
    module: ModuleKind.CommonJS,
    target: ScriptTarget.ES2022,
    esModuleInterop: true,
    isolatedModules: true,
  };
  return transpileModule(fs.readFileSync(filename, "utf8"), { compilerOptions }).outputText;
}

/** The `require` of a module, as Node would give it. */
function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (id, options) => Module._resolveFilename(id, module, false, options);
  require.resolve.paths = (id) => Module._resolveLookupPaths(id, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

/**
 * What is kept: a checksum, as V8 runs damaged code without a look at it, a line of JSON, and the
 * compiled code of one module after the other.
 */
function read(file, version) {
  try {
    const content = fs.readFileSync(file);
    if (content.readUInt32LE(0) !== crc32(content.subarray(4))) return {};
    let position = content.indexOf("\n", 4) + 1;
    const { version: itsVersion, modules } = JSON.parse(content.toString("utf8", 4, position));
    if (itsVersion !== version) return {};
    for (const known of Object.values(modules)) {
      const start = position;
      position += known.length;
      if (known.length > 0) known.code = content.subarray(start, position);
    }
    return modules;
  } catch {
    return {};
  }
}

/** Replaces the file in one step: another process or thread never sees half of it. */
function write(file, version, kept) {
  const draft = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  const modules = {};
  for (const [filename, { code, ...known }] of Object.entries(kept)) {
    modules[filename] = { ...known, length: code?.length ?? 0 };
  }
  const codes = Object.values(kept).flatMap(({ code }) => code ?? []);
  try {
    fs.mkdirSync(FOLDER, { recursive: true });
    const line = Buffer.from(`${JSON.stringify({ version, modules })}\n`);
    const content = Buffer.concat([Buffer.alloc(4), line, ...codes]);
    content.writeUInt32LE(crc32(content.subarray(4)));
    fs.writeFileSync(draft, content);
    fs.renameSync(draft, file);
  } catch {
    // Nothing is kept, as in a folder that cannot be written to; the next start is only slower.
  }
}
