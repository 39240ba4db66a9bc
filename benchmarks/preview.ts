import fs from "node:fs";
import path from "node:path";
import { Engine } from "../tests/engine/engine";
import { shipped, stackFile } from "../tests/engine/stacks";
import { compare, type Ratio } from "./ratios";

/** What `pulumi new aws-typescript` writes, which type-checks the program at every start. */
const DEFAULT_TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
});

/** `pulumi preview` of this program against the plain one, for the same models. */
export async function previewRatio(models: number, aim: number, runs: number): Promise<Ratio> {
  const dev = stackFile(
    Object.fromEntries(
      Array.from({ length: models }, (_, number) => [
        `model-${number}`,
        { logGroup: `/logs/${number}`, threshold: 90, email: "team@example.com" },
      ]),
    ),
  );
  const ours = Engine.open({
    program: "repository",
    project: shipped("Pulumi.yaml"),
    stacks: { dev },
  });
  for (let number = 0; number < models; number += 1) ours.account.addLogGroup(`/logs/${number}`);
  const plain = Engine.open({
    program: {
      "index.ts": fs.readFileSync(path.join(__dirname, "plain", "index.ts"), "utf8"),
      "tsconfig.json": DEFAULT_TSCONFIG,
    },
    project: "name: classification-rate\nruntime: nodejs\n",
    stacks: { dev },
  });
  const seconds = async (engine: Engine): Promise<number> => {
    const result = await engine.preview("dev");
    if (result.exitCode !== 0) throw new Error(`${result.stdout}\n${result.stderr}`);
    return result.seconds;
  };
  try {
    const what = `pulumi preview of ${models} ${models === 1 ? "model" : "models"}, by a plain program's`;
    return await compare(
      { what, aim, runs },
      () => seconds(ours),
      () => seconds(plain),
    );
  } finally {
    ours.close();
    plain.close();
  }
}
