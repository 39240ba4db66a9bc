/** Logs or options that tell nothing about a threshold; the message says what was expected. */
export class TuneError extends Error {}
