import { closeSync, openSync, writeSync } from "node:fs";

/** What a big log is made of. */
export interface BigLog {
  readonly path: string;
  /** Bytes, about. */
  readonly size: number;
  /** One line in so many is a prediction, the others are a model's other lines. */
  readonly every: number;
}

const START = Date.parse("2026-01-01T00:00:00Z");

/** Writes `{timestamp, message}` lines, ten a second, with a valid rate of about 95 %. */
export function writeBigLog({ path, size, every }: BigLog): void {
  const file = openSync(path, "w");
  let written = 0;
  for (let line = 0; written < size;) {
    const lines: string[] = [];
    for (let each = 0; each < 10_000; each += 1, line += 1) {
      const timestamp = START + line * 100;
      const message =
        line % every === 0
          ? `{"prediction_valid":${String(line % 20 !== 7 && line % 200 !== 0)},"label":${String(line % 10)},"probability":0.${String(900 + (line % 97))}}`
          : `{"level":"INFO","message":"request ${line} took ${String(line % 300)} ms","requestId":"8f5a-${String(line % 9973)}"}`;
      lines.push(JSON.stringify({ timestamp, message }), "\n");
    }
    written += writeSync(file, lines.join(""));
  }
  closeSync(file);
}
