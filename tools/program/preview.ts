import { InputError } from "../inputError";
import { count } from "../text";
import { declaredIn } from "./awsResources";
import {
  type Declared,
  NO_ACCOUNT,
  parsedJson,
  placeOfArns,
  type Refused,
  usualRegion,
} from "./declared";
import { filledInAll, type PlannedResource } from "./newResources";
import { list, map, partsOfUrn, type Properties, text } from "./properties";
import { providerOf, regionOf, regionsByProvider } from "./stackState";

/**
 * Reads what a program would deploy from the output of `pulumi preview --json`, in whatever language it is written.
 * @param content the text of the file
 * @param name the file's name, for errors
 * @throws InputError where it is something else, or holds nothing that could be rehearsed
 */
export function previewed(content: string, name: string): Declared {
  const expected = `${name}: expected the JSON of \`pulumi preview --json\``;
  const preview = map(parsedJson(content, expected));
  const steps = list(preview["steps"]).map(map);
  const left = leftOut(preview, steps, name);
  if (steps.length === 0 && left.length === 0) throw new InputError(`${expected}, found no steps`);
  // A resource that is refreshed or replaced has several steps.
  const states = new Map<string, { op: string; state: Properties; oldState: unknown }>();
  for (const { op, urn, newState, oldState } of steps) {
    if (op === "delete") states.delete(text(urn));
    const state = map(newState);
    const isOwn = !text(op).startsWith("delete") && state["custom"] !== false;
    if (isOwn && state["urn"] !== undefined) {
      states.set(text(state["urn"]), { op: text(op), state, oldState });
    }
  }
  const regions = regionsByProvider([...states.values()].map(({ state }) => state));
  const planned = [...states].map(([urn, { op, state, oldState }]): PlannedResource => {
    // What stays is what AWS has said of it. The rest of the old values may be on their way out.
    const stays = op === "same" || op === "update";
    const { arn, pendingConfirmation } = map(stays ? map(oldState)["outputs"] : undefined);
    const all = { arn, pendingConfirmation, ...map(state["outputs"]), ...map(state["inputs"]) };
    const given = { ...all, region: regionOf(all) ?? regions.get(providerOf(state)) };
    return {
      id: urn,
      type: text(state["type"]),
      name: partsOfUrn(urn).name,
      properties: given,
      references: Object.fromEntries(
        Object.entries(map(state["propertyDependencies"])).map(([key, urns]) => [
          key,
          list(urns).map(text),
        ]),
      ),
    };
  });
  const { stack, project } = partsOfUrn(planned[0]?.id ?? text(steps[0]?.["urn"]));
  // Where the resources will be: where the config says, else where those are that exist.
  const place = placeOfArns(planned.map(({ properties }) => properties["arn"]));
  const origin = {
    project,
    stack,
    region: text(map(preview["config"])["aws:region"]) || (place.region ?? usualRegion()),
    accountId: place.accountId ?? NO_ACCOUNT,
  };
  const resources = filledInAll(planned, origin);
  return declaredIn(resources, origin, `${expected} of a program`, { refused: left });
}

/** What a preview is not all of: the program that failed, and resources that do not change unless asked for. */
function leftOut(preview: Properties, steps: readonly Properties[], name: string): Refused[] {
  const same = Number(map(preview["changeSummary"])["same"] ?? 0);
  const unseen = same - steps.filter(({ op }) => op === "same").length;
  const errors = list(preview["diagnostics"])
    .map(map)
    .filter(({ severity }) => severity === "error");
  return [
    ...errors.map(({ message }) => {
      const [first, ...others] = text(message).trim().split("\n");
      const thrown = others.find((line) => /(Error|Exception)\b/.test(line)) ?? "";
      return `the preview ended in an error, and what comes after it is not seen: ${first} ${thrown.trim()}`.trim();
    }),
    ...(unseen > 0
      ? [
          `${count(unseen, "resource")} that stay as they are: ${name} leaves them out; \`pulumi preview --json --show-sames\` does not`,
        ]
      : []),
  ].map((text) => ({ isAlarm: true, text }));
}
