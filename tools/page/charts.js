// The script of a rehearsal's page, inlined as it is. It draws from the JSON in #data and puts foreign text into the
// page as text only.
"use strict";

(() => {
  /** @typedef {import("../rehearse/alarmChart").AlarmChart} AlarmChart */
  /** @typedef {import("uplot")} Plot */
  /** @typedef {{ min: number, max: number }} Range Seconds since 1970. */

  /** @type {typeof import("uplot")} */
  const uPlot = Reflect.get(globalThis, "uPlot");
  const MINUTE = 60;
  const SHORTEST_VIEW = 10 * MINUTE;
  const PRINT_WIDTH = 680;
  /** Below this width of a chart, a tooltip beside the cursor would cover it. */
  const NARROW = 600;
  /** The same for all charts, so that their time axes are in line. */
  const Y_AXIS = 58;
  /** Room above the plot for envelopes. */
  const MARK_LANE = 20;
  /** Up to this many mails in view, each gets its line. */
  const MAIL_LINES = 60;
  /** Lines differ in more than their colour, which not everybody sees. */
  const DASHES = [[], [], [8, 3], [2, 3]];

  /** @param {number} seconds */
  const timeText = (seconds) =>
    new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
  /** @param {number} value */
  const numberText = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

  // Colours: they are the page's, so that they follow its dark mode.

  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);

  /** @param {string} name of one of the page's colours */
  function colour(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  /** A pattern of fine slanted lines. */
  function hatch() {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    if (pen === null) return colour("unknown");
    pen.strokeStyle = colour("unknown");
    for (const offset of [-8, 0, 8]) {
      pen.moveTo(offset, 8);
      pen.lineTo(offset + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat") ?? colour("unknown");
  }

  // What stands beside the lines.

  /** @param {Partial<import("uplot").Axis>} more @returns {import("uplot").Axis} */
  const axis = (more) => ({
    stroke: () => colour("muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: () => colour("grid"), width: 1 },
    ...more,
  });

  function timeAxis() {
    const day = "{D} {MMM}";
    const clock = "{HH}:{mm}";
    return axis({
      space: 60,
      ticks: { stroke: () => colour("grid"), width: 1, size: 4 },
      values: [
        [86400 * 365, "{YYYY}", null, null, null, null, null, null, 1],
        [86400 * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
        [86400, day, "\n{YYYY}", null, null, null, null, null, 1],
        [60, clock, `\n${day} {YYYY}`, null, `\n${day}`, null, null, null, 1],
      ],
    });
  }

  /** @param {(value: number) => string} text */
  const valueAxis = (text) =>
    axis({
      size: Y_AXIS,
      space: 32,
      ticks: { show: false },
      values: (_, values) => values.map(text),
    });

  /** @param {AlarmChart} chart @returns {import("uplot").Range.Function} */
  const valueRange =
    ({ threshold, unit }) =>
    (_, min, max) => {
      // There is nothing to span where no data point is shown.
      const low = Math.min(Number.isFinite(min) ? min : threshold, threshold);
      const high = Math.max(Number.isFinite(max) ? max : threshold, threshold);
      const pad = (high - low || Math.abs(high) || 1) * 0.1;
      const top = unit === " %" && high <= 100 ? Math.min(high + pad, 100 + pad / 5) : high + pad;
      return [low >= 0 ? Math.max(0, low - pad) : low - pad, top];
    };

  /**
   * Shades the spans of ALARM and of INSUFFICIENT_DATA behind everything else.
   * @param {Plot} plot @param {AlarmChart["spans"]} spans
   */
  function shade(plot, spans) {
    const { ctx, bbox } = plot;
    const end = bbox.left + bbox.width;
    const unknown = hatch();
    for (const [state, from, to] of spans) {
      const left = Math.max(plot.valToPos(from * MINUTE, "x", true), bbox.left);
      const right = Math.min(plot.valToPos(to * MINUTE, "x", true), end);
      if (state === "OK" || left > end || right < bbox.left) continue;
      ctx.fillStyle = state === "ALARM" ? colour("alarm-fill") : unknown;
      ctx.fillRect(left, bbox.top, Math.max(right - left, uPlot.pxRatio), bbox.height);
    }
  }

  /** @param {Plot} plot @param {number} threshold */
  function drawThreshold(plot, threshold) {
    const { ctx, bbox } = plot;
    const y = Math.round(plot.valToPos(threshold, "y", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = colour("threshold");
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  /**
   * An envelope above the plot for each mail, filled for ALARM, with a line down through its moment. Where mails are
   * too many to tell apart, envelopes that would cover one another and all lines are left out; zooming in brings them
   * back.
   * @param {Plot} plot @param {AlarmChart["mails"]} mails @param {Range} view
   */
  function drawMails(plot, mails, view) {
    const { ctx, bbox } = plot;
    const unit = uPlot.pxRatio;
    const [width, height] = [13 * unit, 9 * unit];
    const top = bbox.top - 5 * unit - height;
    const [alarm, ok, card] = [colour("alarm"), colour("ok"), colour("card")];
    const seen = mails.filter(({ at }) => at * MINUTE >= view.min && at * MINUTE <= view.max);
    /** @type {Partial<Record<string, number>>} */
    const last = {};
    ctx.save();
    ctx.lineWidth = 1.25 * unit;
    for (const { at, state } of seen) {
      const x = Math.round(plot.valToPos(at * MINUTE, "x", true));
      ctx.strokeStyle = ctx.fillStyle = state === "ALARM" ? alarm : ok;
      if (seen.length <= MAIL_LINES) {
        // Faint, because what happened to the value at that moment is what matters.
        ctx.globalAlpha = 0.45;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top - 5 * unit);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      if (x - (last[state] ?? -Infinity) < width / 2) continue;
      last[state] = x;
      ctx.globalAlpha = 1;
      ctx.beginPath();
      ctx.rect(x - width / 2, top, width, height);
      if (state === "ALARM") {
        ctx.fill();
        ctx.strokeStyle = card;
        ctx.beginPath();
      }
      ctx.moveTo(x - width / 2, top);
      ctx.lineTo(x, top + height * 0.55);
      ctx.lineTo(x + width / 2, top);
      ctx.stroke();
    }
    ctx.restore();
  }

  // The tooltip.

  /**
   * What stands in the tooltip at a time: pairs of name and value.
   * @param {AlarmChart} chart @param {number} time @param {AlarmChart["mails"]} mails those at the cursor
   * @returns {[string, string][]}
   */
  function facts(chart, time, mails) {
    const minute = time / MINUTE;
    /** @param {number | null | undefined} value */
    const shown = (value, unit = "") =>
      typeof value === "number" ? numberText(value) + unit : "no data";
    const position = chart.times.findLastIndex((at) => at <= minute);
    const volume = chart.volumes.times.findLastIndex((at) => at <= minute);
    const start = chart.volumes.times[volume];
    const from = start === undefined ? "" : ` from ${timeText(start * MINUTE).slice(11)}`;
    /** @type {[string, string][]} */
    const pairs = [
      [chart.label, shown(chart.values[position], chart.unit)],
      ["threshold", numberText(chart.threshold) + chart.unit],
      ["state", chart.spans.findLast((span) => span[1] <= minute)?.[0] ?? "INSUFFICIENT_DATA"],
    ];
    for (const { label, values } of chart.volumes.series) {
      pairs.push([label + from, shown(values[volume])]);
    }
    const [mail, ...others] = mails;
    if (mail) pairs.push([`e-mail: ${mail.state}`, mail.to.join(", ")]);
    if (others.length > 0) pairs.push(["more e-mails here", String(others.length)]);
    return pairs;
  }

  /** @param {string} tag @param {string} text */
  const element = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });

  /** @param {HTMLElement} tip @param {Plot} plot @param {AlarmChart} chart */
  function showTip(tip, plot, chart) {
    const { left = -1, top = 0, idx } = plot.cursor;
    const time = typeof idx === "number" ? plot.data[0][idx] : undefined;
    tip.hidden = time === undefined || left < 0 || !plot.over.matches(":hover");
    if (time === undefined || tip.hidden) return;
    /** @param {{ readonly at: number }} mail */
    const distance = ({ at }) => Math.abs(plot.valToPos(at * MINUTE, "x") - left);
    const near = chart.mails
      .filter((mail) => distance(mail) < 6)
      .sort((a, b) => distance(a) - distance(b));
    const list = document.createElement("dl");
    for (const [name, value] of facts(chart, time, near)) {
      list.append(element("dt", name), element("dd", value));
    }
    tip.replaceChildren(element("p", `${timeText(time)} UTC`), list);

    const room = plot.over.clientWidth - tip.offsetWidth;
    const isNarrow = plot.width < NARROW;
    const beside = left + 16 <= room ? left + 16 : left - 16 - tip.offsetWidth;
    const x = isNarrow ? Math.min(left - tip.offsetWidth / 2, room) : beside;
    tip.style.left = `${Math.max(-Y_AXIS, x)}px`;
    tip.style.top = `${isNarrow ? plot.over.clientHeight + 8 : Math.max(0, top - 12)}px`;
  }

  // The charts of an alarm, which share their time range.

  /**
   * @param {HTMLElement} figure @param {AlarmChart} chart
   * @returns {Plot[]}
   */
  function draw(figure, chart) {
    const whole = { min: chart.from * MINUTE, max: chart.to * MINUTE };
    const shown = figure.querySelector(".shown");
    /** @type {Plot[]} */
    const plots = [];
    let view = whole;

    /** @param {number} min @param {number} max */
    function show(min, max) {
      const length = Math.max(SHORTEST_VIEW, Math.min(max - min, whole.max - whole.min));
      const start = Math.max(whole.min, Math.min((min + max - length) / 2, whole.max - length));
      view = { min: start, max: start + length };
      for (const plot of plots) plot.setScale("x", view);
      if (shown) shown.textContent = `${timeText(view.min)} to ${timeText(view.max)} UTC`;
    }

    /**
     * @param {string} place @param {number} height @param {import("uplot").AlignedData} data
     * @param {Pick<import("uplot").Options, "axes" | "series" | "padding">} options
     * @param {import("uplot").Range.Function} range
     * @param {(plot: Plot) => void} [over] draws over the lines
     */
    function make(place, height, data, options, range, over) {
      const holder = figure.querySelector(place);
      if (!(holder instanceof HTMLElement)) return;
      const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
      const plot = new uPlot(
        {
          width: holder.clientWidth,
          height,
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
          legend: { show: false },
          ...options,
          scales: { x: { time: true, range: () => [view.min, view.max] }, y: { range } },
          cursor: {
            y: false,
            drag: { x: true, y: false, setScale: false },
            sync: {
              key: `chart-${figure.dataset["chart"] ?? ""}`,
              setSeries: false,
              filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
            },
            bind: {
              dblclick: () => () => {
                show(whole.min, whole.max);
                return null;
              },
            },
          },
          hooks: {
            drawClear: [
              (self) => {
                shade(self, chart.spans);
              },
            ],
            draw: over ? [over] : [],
            setCursor: [
              (self) => {
                showTip(tip, self, chart);
              },
            ],
            setSelect: [
              (self) => {
                const { left, width } = self.select;
                // A click selects next to nothing.
                if (width > 4) show(self.posToVal(left, "x"), self.posToVal(left + width, "x"));
                self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              },
            ],
          },
        },
        data,
        holder,
      );
      plot.over.append(tip);
      plots.push(plot);
    }

    /** @param {readonly number[]} minutes */
    const seconds = (minutes) => minutes.map((minute) => minute * MINUTE);
    make(
      ".values",
      260,
      [seconds(chart.times), [...chart.values]],
      {
        padding: [MARK_LANE, 28, 0, 0],
        axes: [timeAxis(), valueAxis((value) => numberText(value) + chart.unit)],
        series: [{}, { stroke: () => colour("value"), width: 1.75, points: { size: 4 } }],
      },
      valueRange(chart),
      (plot) => {
        drawThreshold(plot, chart.threshold);
        drawMails(plot, chart.mails, view);
      },
    );
    const { times, series } = chart.volumes;
    // The last period ends somewhere too.
    const ends = [...seconds(times), whole.max];
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    make(
      ".volumes",
      140,
      [ends, ...series.map(({ values }) => [...values, values.at(-1) ?? null])],
      {
        padding: [8, 28, 0, 0],
        axes: [timeAxis(), valueAxis((value) => compact.format(value))],
        series: [
          {},
          ...series.map((_, number) => ({
            ...(stepped && { paths: stepped }),
            stroke: () => colour(`volume-${number % 4}`),
            ...(number === 0 && { fill: () => colour("volume-fill") }),
            dash: DASHES[number % 4] ?? [],
            width: number === 0 ? 1 : 1.75,
            points: { show: false },
          })),
        ],
      },
      (_, __, max) => [0, (max || 1) * 1.08],
    );

    zooming(figure, () => view, whole, show);
    show(whole.min, whole.max);
    return plots;
  }

  /**
   * Gives a figure its buttons (`data-zoom`) and keys.
   * @param {HTMLElement} figure @param {() => Range} view @param {Range} whole
   * @param {(min: number, max: number) => void} show
   */
  function zooming(figure, view, whole, show) {
    /** Moves both ends of what is shown by fractions of its length. @param {number} start @param {number} end */
    const move = (start, end) => () => {
      const { min, max } = view();
      show(min + start * (max - min), max + end * (max - min));
    };
    /** @type {Partial<Record<string, () => void>>} */
    const moves = {
      earlier: move(-0.25, -0.25),
      later: move(0.25, 0.25),
      in: move(0.25, -0.25),
      out: move(-0.5, 0.5),
      all: () => {
        show(whole.min, whole.max);
      },
    };
    /** @type {Partial<Record<string, string>>} */
    const keys = {
      ArrowLeft: "earlier",
      ArrowRight: "later",
      "+": "in",
      "=": "in",
      "-": "out",
      0: "all",
    };
    figure.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-zoom]") : null;
      moves[button?.getAttribute("data-zoom") ?? ""]?.();
    });
    figure.addEventListener("keydown", (event) => {
      const name = keys[event.key];
      if (name === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      moves[name]?.();
    });
  }

  // The page.

  const root = document.documentElement;
  const json = document.getElementById("data")?.textContent ?? "[]";
  /** @type {unknown} */
  const parsed = JSON.parse(json);
  const charts = /** @type {AlarmChart[]} */ (parsed);
  /** @type {Map<Element, Plot[]>} */
  const drawn = new Map();
  /** @type {HTMLElement[]} */
  const figures = [...document.querySelectorAll("[data-chart]")].filter(
    (figure) => figure instanceof HTMLElement,
  );

  /** @param {HTMLElement} figure */
  function drawOnce(figure) {
    const chart = charts[Number(figure.dataset["chart"])];
    if (chart && !drawn.has(figure)) drawn.set(figure, draw(figure, chart));
  }

  /** @param {Element} figure @param {number} [width] that of its place if not given */
  function fit(figure, width) {
    for (const plot of drawn.get(figure) ?? []) {
      const now = width ?? plot.root.parentElement?.clientWidth ?? 0;
      if (now > 0 && now !== plot.width) plot.setSize({ width: now, height: plot.height });
    }
  }

  // A stack may have hundreds of alarms: each is drawn when it comes near the window, and before printing.
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting && target instanceof HTMLElement) drawOnce(target);
      }
    },
    { rootMargin: "600px" },
  );
  const resized = new ResizeObserver((entries) => {
    if (!root.classList.contains("printing")) for (const { target } of entries) fit(target);
  });
  for (const figure of figures) {
    nearby.observe(figure);
    resized.observe(figure);
  }

  function recolour() {
    for (const plots of drawn.values()) for (const plot of plots) plot.redraw(true, true);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);

  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    for (const details of document.querySelectorAll("details.changes")) {
      details.setAttribute("open", "");
    }
    for (const figure of figures) {
      drawOnce(figure);
      fit(figure, PRINT_WIDTH);
    }
    recolour();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    for (const figure of figures) fit(figure);
    recolour();
  });

  // The filter shows the alarms whose row in the table, or whose text, has all its words.
  const filter = document.getElementById("filter");
  filter?.addEventListener("input", () => {
    if (!(filter instanceof HTMLInputElement)) return;
    const words = filter.value.toLowerCase().split(/\s+/);
    for (const row of document.querySelectorAll("#summary tbody tr")) {
      const text = row.textContent.toLowerCase();
      const isShown = words.every((word) => text.includes(word));
      row.classList.toggle("filtered", !isShown);
      const section = row.querySelector("a")?.hash.slice(1) ?? "";
      document.getElementById(section)?.classList.toggle("filtered", !isShown);
    }
  });

  /** A link to a mail opens it. */
  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  }
  addEventListener("hashchange", openTarget);
  openTarget();
})();
