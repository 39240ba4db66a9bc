// The script of the rehearsal's page, inlined as it is. It draws from the JSON in #data (AlarmChart in alarmChart.ts) and puts
// foreign text into the page as text only.
"use strict";

(() => {
  /* global uPlot, drawing, zooming */
  const charts = JSON.parse(document.getElementById("data").textContent);
  const MINUTE = 60;
  const SHORTEST_VIEW = 10 * MINUTE;
  const PRINT_WIDTH = 680;
  /** Below this width of a chart, a tooltip beside the cursor would cover it. */
  const NARROW = 600;
  const root = document.documentElement;
  const drawn = new Map();

  const iso = (seconds) => new Date(seconds * 1000).toISOString();
  const timeText = (seconds) => iso(seconds).slice(0, 16).replace("T", " ");
  const numberText = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat("en-US", {
    notation: "compact",
    maximumFractionDigits: 2,
  });

  /** The position of the last of rising numbers that is not above a limit; -1 where there is none. */
  function lastUpTo(numbers, limit) {
    let [low, high] = [0, numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle] <= limit) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** What stands in the tooltip at a time: pairs of name and value. */
  function facts(chart, time, nearMails) {
    const minute = time / MINUTE;
    const value = chart.values[lastUpTo(chart.times, minute)];
    const span = chart.spans.findLast(([, from]) => from <= minute);
    const volume = lastUpTo(chart.volumes.times, minute);
    const hour = volume < 0 ? "" : iso(chart.volumes.times[volume] * MINUTE).slice(11, 16);
    return [
      [chart.label, typeof value === "number" ? numberText(value) + chart.unit : "no data"],
      ["threshold", numberText(chart.threshold) + chart.unit],
      ["state", span ? span[0] : "INSUFFICIENT_DATA"],
      ...chart.volumes.series.map(({ label, values }) => [
        `${label}${hour && ` from ${hour}`}`,
        typeof values[volume] === "number" ? numberText(values[volume]) : "no data",
      ]),
      ...nearMails.slice(0, 1).map(({ state, to }) => [`e-mail: ${state}`, to.join(", ")]),
      ...(nearMails.length > 1 ? [["more e-mails here", String(nearMails.length - 1)]] : []),
    ];
  }

  function showTip(tip, plot, chart) {
    const { left, top, idx } = plot.cursor;
    const time = idx === null || idx === undefined ? undefined : plot.data[0][idx];
    tip.hidden = time === undefined || left < 0 || !plot.over.matches(":hover");
    if (tip.hidden) return;
    const distance = ({ at }) => Math.abs(plot.valToPos(at * MINUTE, "x") - left);
    const near = chart.mails
      .filter((mail) => distance(mail) < 6)
      .sort((a, b) => distance(a) - distance(b));
    const title = document.createElement("p");
    title.textContent = `${timeText(time)} UTC`;
    const list = document.createElement("dl");
    for (const [name, value] of facts(chart, time, near)) {
      for (const [tag, text] of [
        ["dt", name],
        ["dd", value],
      ]) {
        list.append(Object.assign(document.createElement(tag), { textContent: text }));
      }
    }
    tip.replaceChildren(title, list);
    place(tip, plot, left, top);
  }

  function place(tip, { over, width }, left, top) {
    const room = over.clientWidth - tip.offsetWidth;
    const beside = left + 16 <= room ? left + 16 : left - 16 - tip.offsetWidth;
    const x = width < NARROW ? Math.min(left - tip.offsetWidth / 2, room) : beside;
    tip.style.left = `${Math.max(-drawing.Y_AXIS, x)}px`;
    tip.style.top = `${width < NARROW ? over.clientHeight + 8 : Math.max(0, top - 12)}px`;
  }

  /** Draws the charts of an alarm, which share their time range. */
  function draw(figure) {
    const chart = charts[Number(figure.dataset.chart)];
    const whole = { min: chart.from * MINUTE, max: chart.to * MINUTE };
    let view = whole;
    const plots = [];

    function show(min, max) {
      const length = Math.max(SHORTEST_VIEW, Math.min(max - min, whole.max - whole.min));
      const start = Math.max(whole.min, Math.min((min + max - length) / 2, whole.max - length));
      view = { min: start, max: start + length };
      for (const plot of plots) plot.setScale("x", view);
      report();
    }

    function report() {
      const text = `${timeText(view.min)} to ${timeText(view.max)} UTC`;
      figure.querySelector(".shown").textContent = text;
    }

    function make(element, height, data, options) {
      const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
      const plot = new uPlot(
        {
          width: element.clientWidth,
          height,
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
          legend: { show: false },
          ...options,
          scales: {
            x: { time: true, range: () => [view.min, view.max] },
            y: { range: options.range },
          },
          cursor: {
            y: false,
            drag: { x: true, y: false, setScale: false },
            sync: {
              key: `chart-${figure.dataset.chart}`,
              setSeries: false,
              filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
            },
            bind: { dblclick: () => () => show(whole.min, whole.max) },
          },
          hooks: {
            drawClear: [(self) => drawing.shade(self, chart.spans)],
            draw: [options.over],
            setCursor: [(self) => showTip(tip, self, chart)],
            setSelect: [(self) => showSelected(self, show)],
          },
        },
        data,
        element,
      );
      plot.over.append(tip);
      plots.push(plot);
    }

    const seconds = (minutes) => minutes.map((minute) => minute * MINUTE);
    make(figure.querySelector(".values"), 260, [seconds(chart.times), chart.values], {
      padding: [drawing.MARK_LANE, 28, 0, 0],
      range: drawing.valueRange(chart),
      axes: [drawing.timeAxis(), drawing.valueAxis((value) => numberText(value) + chart.unit)],
      series: [{}, { stroke: drawing.colour("value"), width: 1.75, points: { size: 4 } }],
      over: (plot) => {
        drawing.drawThreshold(plot, chart.threshold);
        drawing.drawMails(plot, chart.mails);
      },
    });
    const { times, series } = chart.volumes;
    const element = figure.querySelector(".volumes");
    if (element) {
      const paths = uPlot.paths.stepped({ align: 1 });
      // The last period ends somewhere too.
      const ends = [...seconds(times), whole.max];
      const data = series.map(({ values }) => [...values, values.at(-1) ?? null]);
      make(element, 140, [ends, ...data], {
        padding: [8, 28, 0, 0],
        range: (_, __, max) => [0, (max || 1) * 1.08],
        axes: [drawing.timeAxis(), drawing.valueAxis((value) => compact.format(value))],
        series: [
          {},
          ...series.map((_, i) => ({
            paths,
            stroke: drawing.colour(`volume-${i % 4}`),
            fill: () =>
              `color-mix(in srgb, ${drawing.colour(`volume-${i % 4}`)()} 30%, transparent)`,
            width: 1,
            points: { show: false },
          })),
        ],
        over: () => {},
      });
    }

    zooming(figure, { names: ["earlier", "later"], whole, view: () => view, show });
    report();
    drawn.set(figure, plots);
  }

  const figures = [...document.querySelectorAll("[data-chart]")];
  const fit = (figure, width) => {
    for (const plot of drawn.get(figure) ?? []) {
      const now = width ?? plot.root.parentElement.clientWidth;
      if (now > 0 && now !== plot.width) plot.setSize({ width: now, height: plot.height });
    }
  };

  // A stack may have hundreds of alarms: each is drawn when it comes near the window, and before printing.
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting && !drawn.has(target)) draw(target);
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
    drawing.recolour();
    for (const plots of drawn.values()) for (const plot of plots) plot.redraw(true, true);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);

  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    for (const details of document.querySelectorAll("details.changes")) details.open = true;
    for (const figure of figures) {
      if (!drawn.has(figure)) draw(figure);
      fit(figure, PRINT_WIDTH);
    }
    recolour();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    for (const figure of figures) fit(figure);
    recolour();
  });

  /** A link to a mail opens it. */
  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  }
  addEventListener("hashchange", openTarget);
  openTarget();
})();
