import {
  compileFilterPattern,
  FilterPatternError,
  parseFilterPattern,
} from "../../../../tools/simulator/filterPattern";
import { WireFault } from "../wire/wireServer";

/**
 * Which messages a filter pattern takes. Patterns in braces go to the local matcher, which stands in for AWS's; the
 * others are terms that must all be there, `?` marking those of which one will do and `-` those that must not be.
 * Source: CloudWatch Logs User Guide, "Filter pattern syntax".
 * @throws WireFault InvalidParameterException
 */
export function eventPattern(pattern: string): (message: string) => boolean {
  if (pattern.trim() === "") return () => true;
  if (pattern.trim().startsWith("{")) return jsonPattern(pattern);
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = "", quoted, plain = ""]) => ({
      sign,
      text: quoted?.replace(/\\(.)/g, "$1") ?? plain,
    }),
  );
  const of = (sign: string): string[] =>
    terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, some, none] = [of(""), of("?"), of("-")];
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (some.length === 0 || some.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}

function jsonPattern(pattern: string): (message: string) => boolean {
  try {
    return compileFilterPattern(parseFilterPattern(pattern));
  } catch (error) {
    if (!(error instanceof FilterPatternError)) throw error;
    throw new WireFault("InvalidParameterException", "Invalid filter pattern");
  }
}
