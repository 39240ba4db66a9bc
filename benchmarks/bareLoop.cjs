// The least that any tool does which reads JSON lines: read, split, JSON.parse, in a plain loop.
const { readSync, openSync } = require("node:fs");

const file = openSync(process.argv[2], "r");
const chunk = Buffer.allocUnsafe(1 << 20);
let [rest, lines, length] = ["", 0, 0];
while ((length = readSync(file, chunk, 0, chunk.length, null)) > 0) {
  const parts = (rest + chunk.toString("utf8", 0, length)).split("\n");
  rest = parts.pop();
  for (const line of parts) {
    JSON.parse(line);
    lines += 1;
  }
}
if (rest !== "") JSON.parse(rest);
console.log(lines);
