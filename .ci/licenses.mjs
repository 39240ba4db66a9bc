// Lists the licenses of all that is installed where the package is in use: its dependencies and peers, and theirs.
// Exit code: 0 all are permissive, 1 others are among them.
import { readFileSync } from "node:fs";

/** Allow use, change and distribution under any terms, as long as their notices are kept. */
const PERMISSIVE = new Set(
  "0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC-BY-3.0 CC0-1.0 ISC MIT Python-2.0 Unlicense".split(
    " ",
  ),
);

const { packages } = JSON.parse(
  readFileSync(new URL("../package-lock.json", import.meta.url), "utf8"),
);

/** Where a package that another one asks for is installed: in its own folder, or in one above. */
function placeOf(name, from) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    const place = `${folder}${folder === "" ? "" : "/"}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

const found = new Set();
function collect(from) {
  const {
    dependencies,
    optionalDependencies,
    peerDependencies,
    peerDependenciesMeta = {},
  } = packages[from];
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  for (const name of names.filter((one) => peerDependenciesMeta[one]?.optional !== true)) {
    const place = placeOf(name, from);
    if (place === undefined || found.has(place)) continue;
    found.add(place);
    collect(place);
  }
}
collect("");

/** The licenses of these say what they are in a file alone, which somebody has read. */
const READ = { "@logdna/tail-file": "MIT" };

const byLicense = new Map();
for (const place of [...found].sort()) {
  const name = place.replace(/^.*node_modules\//, "");
  const license = READ[name] ?? packages[place].license ?? "none given";
  byLicense.set(license, (byLicense.get(license) ?? new Set()).add(name));
}
for (const [license, names] of byLicense) console.log(`${license}: ${[...names].join(", ")}\n`);

/** An expression such as (BSD-3-Clause AND Apache-2.0): all that it names. */
const isPermissive = (license) =>
  license.split(/\s+AND\s+|[()]/).every((name) => name === "" || PERMISSIVE.has(name));
const others = [...byLicense.keys()].filter((license) => !isPermissive(license));
if (others.length > 0) {
  const named = others.map((license) => `${license} (${[...byLicense.get(license)].join(", ")})`);
  console.error(`Not known to be permissive: ${named.join("; ")}`);
  process.exitCode = 1;
} else console.log(`All of ${found.size} packages are under permissive licenses.`);
