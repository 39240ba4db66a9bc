/**
 * An expression this model of metric math cannot evaluate: it is not well formed, it mixes kinds CloudWatch does not
 * document together, or it uses a function that is left out here. The message carries the expression and a caret.
 */
export class MetricMathError extends Error {
  override readonly name = "MetricMathError";
  /** What is wrong, without the quoted expression: one line, fit for a list of problems. */
  readonly problem: string;
  /** The expression as it was written. */
  readonly expression: string;
  /** Where in the expression, in characters from its beginning (0 is the first). */
  readonly position: number;

  constructor(problem: string, expression: string, position: number) {
    super(`${problem}\n${withCaret(expression, position)}`);
    this.problem = problem;
    this.expression = expression;
    this.position = position;
  }
}

function withCaret(expression: string, position: number): string {
  // A line break or a tab inside the expression would move the caret away from what it points at.
  const line = expression.replace(/\s/g, " ");
  return `  ${line}\n  ${" ".repeat(position)}^`;
}
