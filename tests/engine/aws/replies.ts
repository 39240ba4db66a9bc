import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { HalfMade } from "./provider";

/** A handler that answers with what the function gives back, or with the error it throws. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const reply = async (): Promise<Response> => answer(call.request);
    reply().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(serviceError(error));
      },
    );
  };
}

function serviceError(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof HalfMade)) return { code, details };
  return { code, details, metadata: halfMadeMetadata(error) };
}

/** How the protocol says "there is something with this id, but it is not well". */
function halfMadeMetadata({ message, id, outputs }: HalfMade): grpc.Metadata {
  const detail = new proto.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(Struct.fromJavaScript(outputs))
    .setReasonsList([message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}
