// Asks the registry whether the production dependencies have known vulnerabilities, and tells a clean answer from none.
// Exit code: 0 none are known, 1 some are, 2 nothing is known because the registry did not answer.
import { spawnSync } from "node:child_process";

const { stdout, error } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });

function answer() {
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: error?.message ?? "no JSON" };
  }
}

const { vulnerabilities, metadata, message, error: failure } = answer();
if (vulnerabilities === undefined || metadata === undefined) {
  const reason = message ?? failure?.summary ?? "an answer of another form";
  console.error(`Blind: the registry's audit service did not answer (${reason}).`);
  console.error("Nothing is known of vulnerabilities; try again where it can be reached.");
  process.exitCode = 2;
} else {
  const found = Object.values(vulnerabilities);
  for (const { name, severity, range, fixAvailable } of found) {
    const remedy = fixAvailable ? "`npm audit fix` has a remedy" : "there is no remedy yet";
    console.log(`${name} ${range}: ${severity}, ${remedy}`);
  }
  const { prod } = metadata.dependencies;
  console.log(`${found.length || "No"} known vulnerabilities in ${prod} production packages.`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
