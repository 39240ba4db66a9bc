import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { inFolder } from "../support/folders";
import { motoProgram, type Program } from "./motoProgram";

/** The program under these environment variables. */
function programWith(variables: Readonly<Record<string, string>>): Program {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return motoProgram();
  } finally {
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}

describe("the moto server's program", () => {
  it("is the one that MOTO_SERVER names", () => {
    const MOTO_SERVER = "/opt/moto/bin/moto_server";
    assert.deepEqual(programWith({ MOTO_SERVER }), { command: MOTO_SERVER, args: [] });
  });

  it("says what is missing where there is no Python, and leaves nothing behind", () =>
    inFolder({}, (cache) => {
      const variables = { MOTO_SERVER: "", CLASSIFICATION_RATE_CACHE: cache, PYTHON: "no-python" };
      assert.throws(
        () => programWith(variables),
        /with moto need Python 3\.11 .* python3-venv.*no-python -m venv .* ENOENT/s,
      );
      assert.deepEqual(readdirSync(cache), []);
      return Promise.resolve();
    }));
});
