// What the tune page draws beside its lines: the budget, the suggested and the declared point. Inlined before tuneCharts.js,
// which finds it as `tuneMarks`.
"use strict";

/* exported tuneMarks */
const tuneMarks = (() => {
  /* global uPlot */
  const named = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  /** 0, 1, 2, 5, 10, 20 ... within a range. */
  function roundCounts(min, max) {
    const counts = min <= 0 ? [0] : [];
    for (let power = 1; power <= max; power *= 10) {
      for (const step of [1, 2, 5]) {
        const value = power * step;
        if (value >= min && value <= max) counts.push(value);
      }
    }
    // More than a screen has room for are thinned to powers of ten.
    return counts.length > 10 ? counts.filter((v) => v === 0 || /^10*$/.test(String(v))) : counts;
  }

  function line(plot, draw, colour, dash) {
    const { ctx } = plot;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.setLineDash(dash.map((length) => length * uPlot.pxRatio));
    ctx.beginPath();
    draw(ctx, plot.bbox);
    ctx.stroke();
    ctx.restore();
  }

  /** A point of the grid, if the part of the chart that is shown has it. */
  function place(plot, chart, point, value, visible) {
    if (!point || value === null || value === undefined || !visible[point.setting])
      return undefined;
    const { bbox } = plot;
    const x = plot.valToPos(chart.thresholds[point.threshold], "x", true);
    const y = plot.valToPos(value, "y", true);
    const isInside =
      x >= bbox.left &&
      x <= bbox.left + bbox.width &&
      y >= bbox.top &&
      y <= bbox.top + bbox.height + 1;
    return isInside ? { x, y } : undefined;
  }

  function ring(plot, at, colour) {
    if (!at) return;
    const { ctx } = plot;
    ctx.save();
    ctx.lineWidth = 3 * uPlot.pxRatio;
    ctx.strokeStyle = colour;
    ctx.fillStyle = named("card");
    ctx.beginPath();
    ctx.arc(at.x, at.y, 7 * uPlot.pxRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }

  function diamond(plot, at, colour) {
    if (!at) return;
    const { ctx } = plot;
    const size = 7 * uPlot.pxRatio;
    ctx.save();
    ctx.lineWidth = 2 * uPlot.pxRatio;
    ctx.strokeStyle = colour;
    ctx.fillStyle = named("card");
    ctx.beginPath();
    ctx.moveTo(at.x, at.y - size);
    ctx.lineTo(at.x + size, at.y);
    ctx.lineTo(at.x, at.y + size);
    ctx.lineTo(at.x - size, at.y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }

  /** A small dot where a setting begins to catch every incident. */
  function catchDots(plot, chart, measure, visible) {
    if (chart.incidents === 0) return;
    chart.settings.forEach(({ caught, [measure]: values }, setting) => {
      const threshold = caught.indexOf(chart.incidents);
      const at = place(plot, chart, { setting, threshold }, values[threshold], visible);
      if (!at) return;
      plot.ctx.save();
      plot.ctx.fillStyle = named(`setting-${setting % 8}`);
      plot.ctx.beginPath();
      plot.ctx.arc(at.x, at.y, 4 * uPlot.pxRatio, 0, 2 * Math.PI);
      plot.ctx.fill();
      plot.ctx.restore();
    });
  }

  function rateLine(plot, { rate }) {
    const x = Math.round(plot.valToPos(rate, "x", true)) + 0.5;
    const { left, width } = plot.bbox;
    if (x < left || x > left + width) return;
    line(
      plot,
      (ctx, { top, height }) => {
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + height);
      },
      named("muted"),
      [2, 3],
    );
  }

  /** The two points stand in both charts; the suggested one is on top. */
  function points(plot, chart, valueOf, visible) {
    const { declared, suggested } = chart;
    const at = (point) => place(plot, chart, point, point && valueOf(point), visible);
    diamond(plot, at(declared), named("text"));
    ring(plot, at(suggested), named("ok"));
  }

  return {
    roundCounts,
    colour: (number) => () => named(`setting-${number % 8}`),
    drawMails(plot, chart, measure, visible) {
      rateLine(plot, chart);
      if (measure === "falseMails" && Number.isFinite(chart.budget)) {
        const y = Math.round(plot.valToPos(chart.budget, "y", true)) + 0.5;
        const draw = (ctx, { left, width }) => {
          ctx.moveTo(left, y);
          ctx.lineTo(left + width, y);
        };
        line(plot, draw, named("threshold"), [6, 4]);
      }
      catchDots(plot, chart, measure, visible);
      points(
        plot,
        chart,
        ({ setting, threshold }) => chart.settings[setting][measure][threshold],
        visible,
      );
    },
    drawDelays(plot, chart, visible) {
      rateLine(plot, chart);
      points(
        plot,
        chart,
        ({ setting, threshold }) => chart.settings[setting].delays[threshold],
        visible,
      );
    },
  };
})();
