import { statSync } from "node:fs";
import type { LogSource } from "../logs/logSource";

/**
 * Sources that tell, while they are read, which part of all their bytes has been.
 * @param tell given a number from 0 to 1; not called where no size is known, as of standard input
 */
export function countedSources(
  sources: readonly LogSource[],
  tell: (done: number) => void,
): LogSource[] {
  const all = sources.reduce((sum, { name }) => sum + sizeOf(name), 0);
  let read = 0;
  const onRead = (bytes: number): void => {
    read += bytes;
    if (all > 0) tell(read / all);
  };
  return sources.map((source) => ({
    ...source,
    onRead,
    async *open() {
      for await (const chunk of source.open()) {
        onRead(chunk.length);
        yield chunk;
      }
    },
  }));
}

/** What is not there, or cannot be read, says so when it is opened. */
function sizeOf(name: string): number {
  return statSync(name, { throwIfNoEntry: false })?.size ?? 0;
}
