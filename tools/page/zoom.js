// Zooming by buttons, keys and dragging. Inlined before the scripts of the pages, which find it as `zooming` and
// `showSelected`.
"use strict";

/* exported zooming, showSelected */
/**
 * Gives a figure its buttons (`data-zoom`) and keys.
 * `names` are the buttons' for moving left and right, `view` tells what is shown, `show` changes it.
 */
const zooming = (figure, { names: [left, right], whole, view, show }) => {
  /** Moves both ends of what is shown by fractions of its length. */
  const move = (start, end) => {
    const { min, max } = view();
    show(min + start * (max - min), max + end * (max - min));
  };
  const moves = {
    [left]: () => move(-0.25, -0.25),
    [right]: () => move(0.25, 0.25),
    in: () => move(0.25, -0.25),
    out: () => move(-0.5, 0.5),
    all: () => show(whole.min, whole.max),
  };
  const keys = { ArrowLeft: left, ArrowRight: right, "+": "in", "=": "in", "-": "out", 0: "all" };
  figure.addEventListener("click", ({ target }) => {
    moves[target.closest("[data-zoom]")?.dataset.zoom]?.();
  });
  figure.addEventListener("keydown", (event) => {
    const name = keys[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[name]();
  });
};

/** Shows what was selected of a chart by dragging; a click selects next to nothing. */
const showSelected = (plot, show) => {
  const { left, width } = plot.select;
  if (width > 4) show(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
};
