import { InputError } from "../inputError";
import { count } from "../text";
import { declaredIn } from "./awsResources";
import { type Declared, NO_ACCOUNT, parsedJson, placeOfArns, usualRegion } from "./declared";
import { filledInAll, type PlannedResource } from "./newResources";
import { list, map, partsOfUrn, text } from "./properties";

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
  if (steps.length === 0) throw new InputError(`${expected}, found no steps`);
  // A resource that is replaced has several steps.
  const states = new Map(
    steps
      .map(({ op, newState, oldState }) => ({ op: text(op), state: map(newState), oldState }))
      .filter(({ op, state }) => !op.startsWith("delete") && state["urn"] !== undefined)
      .map((step) => [text(step.state["urn"]), step]),
  );
  const planned = [...states].map(([urn, { op, state, oldState }]): PlannedResource => {
    // What stays is what AWS has said of it. The rest of the old values may be on their way out.
    const stays = op === "same" || op === "update";
    const { arn, pendingConfirmation } = map(stays ? map(oldState)["outputs"] : undefined);
    const given = { arn, pendingConfirmation, ...map(state["outputs"]), ...map(state["inputs"]) };
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
  // Resources that do not change are part of a preview only when asked for.
  const same = Number(map(preview["changeSummary"])["same"] ?? 0);
  const unseen = same - steps.filter(({ op }) => op === "same").length;
  const left = `${count(unseen, "resource")} that stay as they are: ${name} leaves them out; \`pulumi preview --json --show-sames\` does not`;
  const refused = unseen > 0 ? [{ isAlarm: true, text: left }] : [];
  const resources = filledInAll(planned, origin);
  return declaredIn(resources, origin, `${expected} of a program`, { refused });
}
