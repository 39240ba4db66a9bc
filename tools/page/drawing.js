// How the charts look: colours, axes and what is drawn beside the lines. Inlined before charts.js, which finds it as `drawing`.
"use strict";

/* exported drawing */
const drawing = (() => {
  /* global uPlot */
  const MINUTE = 60;
  /** The same for all charts, so that their time axes are in line. */
  const Y_AXIS = 58;
  /** Room above the plot for envelopes. */
  const MARK_LANE = 20;
  /** Up to this many mails in view, each gets its line. */
  const LINES = 60;
  let palette = readPalette();

  function readPalette() {
    const style = getComputedStyle(document.documentElement);
    const names = [
      "muted",
      "grid",
      "value",
      "threshold",
      "alarm-fill",
      "unknown",
      "ok",
      "alarm",
    ].concat([0, 1, 2, 3].map((number) => `volume-${number}`));
    const colours = Object.fromEntries(
      names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
    );
    return { ...colours, hatch: hatch(colours.unknown) };
  }

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    for (const offset of [-8, 0, 8]) {
      pen.moveTo(offset, 8);
      pen.lineTo(offset + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function timeAxis() {
    const day = "{D} {MMM}";
    const clock = "{HH}:{mm}";
    return {
      stroke: () => palette.muted,
      font: "12px system-ui, sans-serif",
      space: 60,
      grid: { stroke: () => palette.grid, width: 1 },
      ticks: { stroke: () => palette.grid, width: 1, size: 4 },
      values: [
        [86400 * 365, "{YYYY}", null, null, null, null, null, null, 1],
        [86400 * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
        [86400, day, "\n{YYYY}", null, null, null, null, null, 1],
        [60, clock, `\n${day} {YYYY}`, null, `\n${day}`, null, null, null, 1],
      ],
    };
  }

  function valueAxis(text) {
    return {
      stroke: () => palette.muted,
      font: "12px system-ui, sans-serif",
      size: Y_AXIS,
      space: 32,
      grid: { stroke: () => palette.grid, width: 1 },
      ticks: { show: false },
      values: (_, values) => values.map((value) => (value === null ? "" : text(value))),
    };
  }

  /** Shades the spans of ALARM and of INSUFFICIENT_DATA behind everything else. */
  function shade(plot, spans) {
    const { ctx, bbox, scales } = plot;
    for (const [state, from, to] of spans) {
      if (state === "OK" || to * MINUTE < scales.x.min || from * MINUTE > scales.x.max) continue;
      const left = Math.max(plot.valToPos(from * MINUTE, "x", true), bbox.left);
      const right = Math.min(plot.valToPos(to * MINUTE, "x", true), bbox.left + bbox.width);
      ctx.fillStyle = state === "ALARM" ? palette["alarm-fill"] : palette.hatch;
      ctx.fillRect(left, bbox.top, Math.max(right - left, uPlot.pxRatio), bbox.height);
    }
  }

  function drawThreshold(plot, threshold) {
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(threshold, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = palette.threshold;
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  /**
   * An envelope above the plot for each mail, with a line down through its moment. Where mails are too many to tell
   * apart, envelopes that would cover one another and all lines are left out; zooming in brings them back.
   */
  function drawMails(plot, mails) {
    const { ctx, bbox, scales } = plot;
    const unit = uPlot.pxRatio;
    const [width, height] = [13 * unit, 9 * unit];
    const top = bbox.top - 5 * unit - height;
    const seen = mails.filter(
      ({ at }) => at * MINUTE >= scales.x.min && at * MINUTE <= scales.x.max,
    );
    const last = {};
    ctx.save();
    ctx.lineWidth = 1.25 * unit;
    for (const { at, state } of seen) {
      const x = Math.round(plot.valToPos(at * MINUTE, "x", true));
      ctx.strokeStyle = state === "ALARM" ? palette.alarm : palette.ok;
      if (seen.length <= LINES) {
        // Faint, because what happened to the value at that moment is what matters.
        ctx.globalAlpha = 0.45;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top - 5 * unit);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      if (x - last[state] < width / 2) continue;
      last[state] = x;
      ctx.globalAlpha = 1;
      ctx.beginPath();
      ctx.rect(x - width / 2, top, width, height);
      ctx.moveTo(x - width / 2, top);
      ctx.lineTo(x, top + height * 0.55);
      ctx.lineTo(x + width / 2, top);
      ctx.stroke();
    }
    ctx.restore();
  }

  function valueRange({ threshold, unit }) {
    return (_, min, max) => {
      const [low, high] = [
        Math.min(min ?? threshold, threshold),
        Math.max(max ?? threshold, threshold),
      ];
      const pad = (high - low || Math.abs(high) || 1) * 0.1;
      const top = unit === " %" && high <= 100 ? Math.min(high + pad, 100 + pad / 5) : high + pad;
      return [low >= 0 ? Math.max(0, low - pad) : low - pad, top];
    };
  }

  return {
    timeAxis,
    valueAxis,
    valueRange,
    Y_AXIS,
    MARK_LANE,
    shade,
    drawThreshold,
    drawMails,
    /** A function that gives a colour as it is at the time of drawing. */
    colour: (name) => () => palette[name],
    /** To be called when the colours of the page have changed. */
    recolour() {
      palette = readPalette();
    },
  };
})();
