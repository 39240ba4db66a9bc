import { join } from "node:path";
import { pythonWith } from "../support/virtualEnvironment";

/** A program with its first arguments. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The moto server: the one that MOTO_SERVER names, else one in a virtual environment of its own.
 * @throws Error that says what is missing and how to get it
 */
export function motoProgram(): Program {
  const given = process.env["MOTO_SERVER"];
  if (given !== undefined && given !== "") return { command: given, args: [] };
  const python = pythonWith("moto", join(__dirname, "requirements.txt"));
  return { command: python, args: ["-m", "moto.server"] };
}
