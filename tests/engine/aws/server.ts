import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { handlers } from "./protocol";

/**
 * Serves the provider to the engine. It speaks the engine's protocol itself instead of using the
 * SDK's `provider.main`, which keeps back what this needs: the provider's config (region, default
 * tags), whether a create is only a preview, old inputs, and differences by property.
 */
export function serve(): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(ResourceProviderService, handlers());
  const credentials = grpc.ServerCredentials.createInsecure();
  server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
    if (error !== null) throw error;
    // The engine reads the port from the first line.
    process.stdout.write(`${port}\n`);
  });
}
