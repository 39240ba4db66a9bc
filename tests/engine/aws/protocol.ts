import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { invoke } from "./invokes";
import { bag, Bag, text, toJson } from "./json";
import { Difference, Provider, Subject } from "./provider";
import { unary } from "./replies";
import { readSettings, Settings } from "./settings";
import { Failure } from "./shape";

/** The version of the provider it stands in for; the engine asks for the one the SDK names. */
const VERSION = "7.48.0";

/**
 * The calls the engine makes, translated. What is missing here is answered "unimplemented", which
 * the engine takes as the plain default.
 */
export function handlers(): grpc.UntypedServiceImplementation {
  let settings: Settings | undefined;
  const configured = (): Settings => {
    if (settings === undefined) throw new Error("the engine has not configured the provider");
    return settings;
  };
  const provider = (): Provider => new Provider(configured());

  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(VERSION)),

    cancel: unary(() => new Empty()),

    configure: unary((request: proto.ConfigureRequest) => {
      settings = readSettings(configOf(request));
      // Without acceptSecrets the engine unwraps secrets and marks the outputs itself.
      return new proto.ConfigureResponse().setSupportspreview(true);
    }),

    invoke: unary((request: proto.InvokeRequest) => {
      const result = invoke(request.getTok(), bagOf(request.getArgs()), configured().cloud);
      return new proto.InvokeResponse().setReturn(Struct.fromJavaScript(result));
    }),

    check: unary((request: proto.CheckRequest) => {
      const { inputs, failures } = provider().check(
        typeOf(request.getUrn()),
        bagOf(request.getNews()),
        bagOf(request.getOlds()),
        nameOf(request.getUrn()),
        // The engine's seed makes a preview and the update after it choose the same name.
        request.getRandomseed_asB64(),
      );
      return new proto.CheckResponse()
        .setInputs(Struct.fromJavaScript(inputs))
        .setFailuresList(failures.map(checkFailure));
    }),

    diff: unary((request: proto.DiffRequest) =>
      diffResponse(provider().diff(subject(request, request.getOlds()), bagOf(request.getNews()))),
    ),

    create: unary(async (request: proto.CreateRequest) => {
      const inputs = bagOf(request.getProperties());
      const type = typeOf(request.getUrn());
      const { id, outputs } = await provider().create(type, inputs, request.getPreview());
      return new proto.CreateResponse().setId(id).setProperties(Struct.fromJavaScript(outputs));
    }),

    update: unary(async (request: proto.UpdateRequest) => {
      const old = subject(request, request.getOlds());
      const outputs = await provider().update(old, bagOf(request.getNews()), request.getPreview());
      return new proto.UpdateResponse().setProperties(Struct.fromJavaScript(outputs));
    }),

    delete: unary(async (request: proto.DeleteRequest) => {
      await provider().delete(subject(request, request.getProperties()));
      return new Empty();
    }),

    read: unary((request: proto.ReadRequest) => {
      const oldInputs = bagOf(request.getInputs());
      const live = provider().read({ ...subject(request, request.getProperties()), oldInputs });
      const response = new proto.ReadResponse();
      // An empty id tells the engine that the resource is gone.
      if (live === undefined) return response;
      return response
        .setId(live.id)
        .setProperties(Struct.fromJavaScript(live.outputs))
        .setInputs(Struct.fromJavaScript(live.inputs));
    }),
  };
}

interface AboutResource {
  getUrn(): string;
  getId(): string;
}

function subject(request: AboutResource, state: Struct | undefined): Subject {
  const type = typeOf(request.getUrn());
  return { type, id: request.getId(), state: bagOf(state), oldInputs: {} };
}

/** The last type of the URN's chain of parents. */
function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function bagOf(struct: Struct | undefined): Bag {
  return bag(toJson(struct?.toJavaScript()));
}

/** The config's keys come as aws:config:region. */
function configOf(request: proto.ConfigureRequest): Record<string, string> {
  const entries = request.getVariablesMap().toArray();
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/^.*:/, ""), text(toJson(value))]),
  );
}

function checkFailure({ property, reason }: Failure): proto.CheckFailure {
  return new proto.CheckFailure().setProperty(property).setReason(reason);
}

function diffResponse({ changed, replaces }: Difference): proto.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const response = new proto.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  const detail = response.getDetaileddiffMap();
  for (const property of changed) {
    const kind = replaces.includes(property) ? UPDATE_REPLACE : UPDATE;
    detail.set(property, new proto.PropertyDiff().setKind(kind));
  }
  return response;
}
