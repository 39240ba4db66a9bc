import {
  compileFilterPattern,
  FilterPatternError,
  EventMessage,
  parseFilterPattern,
} from "../../../../tools/simulator/filterPattern";
import { WireFault } from "../wire/wireServer";

/**
 * Which messages a filter pattern takes: the local matcher stands in for AWS's.
 * @throws WireFault InvalidParameterException
 */
export function eventPattern(pattern: string): (message: string) => boolean {
  try {
    const { matches } = compileFilterPattern(parseFilterPattern(pattern));
    return (message) => matches(new EventMessage(message));
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error;
    throw new WireFault("InvalidParameterException", "Invalid filter pattern");
  }
}
