/** Past counts that cannot be had; the message says why and what to do. */
export class HistoryError extends Error {
  override readonly name = "HistoryError";
}

/** The caller did not want to wait any longer. */
export class HistoryCancelledError extends Error {
  override readonly name = "HistoryCancelledError";

  /** @param stopped how many queries were running at AWS, and were stopped */
  constructor(readonly stopped: number) {
    super("cancelled");
  }
}
