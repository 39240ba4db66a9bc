import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { confirm } from "../../../tools/cli/terminal";
import { InputError } from "../../../tools/inputError";

/** What somebody types, and what they are shown. */
async function answered(typed: string | undefined): Promise<[boolean, string]> {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  const answer = confirm("Fire it?", { input, output });
  if (typed === undefined) input.end();
  else input.write(typed);
  return [await answer, String(output.read())];
}

describe("confirming", () => {
  it("takes a yes for a yes, and nothing else", async () => {
    for (const yes of ["y\n", "YES\n", " yes \n"]) {
      assert.deepEqual(await answered(yes), [true, "Fire it? [y/N] "]);
    }
    for (const no of ["\n", "n\n", "yesterday\n"]) assert.equal((await answered(no))[0], false);
  });

  it("takes the end of input for a no", async () => {
    const [answer, shown] = await answered(undefined);
    assert.equal(answer, false);
    assert.match(shown, /^Fire it\? \[y\/N\] \s*$/);
  });

  it("asks for --yes where there is no terminal", async () => {
    const silent = { input: new PassThrough(), output: new PassThrough() };
    await assert.rejects(confirm("Fire it?", silent), InputError);
  });
});
