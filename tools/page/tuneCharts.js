// The script of the tune page, inlined as it is, after drawing.js. It draws from the JSON in #data (TuneChart in tuneChartData.ts)
// and puts foreign text into the page as text only.
"use strict";

(() => {
  /* global uPlot, drawing, tuneMarks, zooming */
  const chart = JSON.parse(document.getElementById("data").textContent);
  const figure = document.querySelector("[data-chart]");
  if (!figure) return;
  const { thresholds, settings } = chart;
  const whole = { min: thresholds[0], max: thresholds.at(-1) };
  const SHORTEST_VIEW = 0.5;
  const PRINT_WIDTH = 680;
  const NARROW = 600;
  const root = document.documentElement;
  const plots = [];
  const visible = settings.map(() => true);
  let measure = "falseMails";
  let view = { min: chart.view[0], max: chart.view[1] };

  const numberText = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 });
  const percentText = (value) => `${numberText(value)} %`;

  /** Minutes as `2 d 3 h`, to two parts. */
  function minutesText(minutes) {
    const parts = [
      [Math.floor(minutes / 1440), "d"],
      [Math.floor(minutes / 60) % 24, "h"],
      [Math.round(minutes % 60), "min"],
    ].filter(([amount]) => amount > 0);
    return parts.length === 0
      ? "0 min"
      : parts
          .slice(0, 2)
          .map(([amount, unit]) => `${amount} ${unit}`)
          .join(" ");
  }

  function show(min, max) {
    const length = Math.max(SHORTEST_VIEW, Math.min(max - min, whole.max - whole.min));
    const start = Math.max(whole.min, Math.min((min + max - length) / 2, whole.max - length));
    view = { min: start, max: start + length };
    for (const plot of plots) plot.setScale("x", view);
    report();
  }

  function report() {
    figure.querySelector(".shown").textContent =
      `Thresholds from ${percentText(Number(view.min.toFixed(2)))} to ${percentText(Number(view.max.toFixed(2)))}`;
  }

  /** Two lines for each setting: faint all along, strong where every incident is caught. */
  function mailData() {
    const caughtAll = (setting, index) =>
      chart.incidents === 0 || setting.caught[index] === chart.incidents;
    return [
      thresholds,
      ...settings.flatMap((setting) => {
        const values = setting[measure];
        return [values, values.map((value, index) => (caughtAll(setting, index) ? value : null))];
      }),
    ];
  }

  const delayData = () => [thresholds, ...settings.map(({ delays }) => delays)];

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function tipRow(setting, number, index) {
    const row = element("tr", undefined, `setting-${number % 8}`);
    const name = element("th");
    name.append(element("span", undefined, "swatch"), setting.label);
    row.append(
      name,
      element("td", numberText(setting.falseMails[index])),
      element("td", numberText(setting.mails[index])),
      element("td", minutesText(setting.alarmMinutes[index])),
    );
    if (chart.incidents > 0) {
      row.append(element("td", `${setting.caught[index]} of ${chart.incidents}`));
      const delay = setting.delays[index];
      row.append(element("td", delay === null ? "–" : minutesText(delay)));
    }
    return row;
  }

  function showTip(tip, plot) {
    const { left, top, idx } = plot.cursor;
    tip.hidden = idx === null || idx === undefined || left < 0 || !plot.over.matches(":hover");
    if (tip.hidden) return;
    const heads = ["", "false", "mails", "in ALARM"];
    if (chart.incidents > 0) heads.push("caught", "after");
    const head = element("tr");
    head.append(...heads.map((text) => element("th", text)));
    const table = element("table");
    table.append(head);
    settings.forEach((setting, number) => {
      if (visible[number]) table.append(tipRow(setting, number, idx));
    });
    tip.replaceChildren(element("p", `at or below ${percentText(thresholds[idx])}`), table);
    const { over, width } = plot;
    const room = over.clientWidth - tip.offsetWidth;
    const beside = left + 16 <= room ? left + 16 : left - 16 - tip.offsetWidth;
    const x = width < NARROW ? Math.min(left - tip.offsetWidth / 2, room) : Math.max(0, beside);
    tip.style.left = `${Math.max(-drawing.Y_AXIS, x)}px`;
    tip.style.top = `${width < NARROW ? over.clientHeight + 8 : Math.max(0, top - 12)}px`;
  }

  function make(holder, height, data, { y, series, axis, over }) {
    const tip = Object.assign(element("div", undefined, "tip"), { hidden: true });
    const plot = new uPlot(
      {
        width: holder.clientWidth,
        height,
        legend: { show: false },
        padding: [14, 28, 0, 0],
        scales: { x: { time: false, range: () => [view.min, view.max] }, y },
        axes: [{ ...drawing.valueAxis(percentText), size: 30, space: 70 }, axis],
        series: [{}, ...series],
        cursor: {
          y: false,
          points: { show: false },
          drag: { x: true, y: false, setScale: false },
          sync: { key: "tune", setSeries: false, filters: { pub: (type) => type !== "mouseup" } },
          bind: { dblclick: () => () => show(whole.min, whole.max) },
        },
        hooks: {
          draw: [over],
          setCursor: [(self) => showTip(tip, self)],
          setSelect: [(self) => showSelected(self, show)],
        },
      },
      data,
      holder,
    );
    plot.over.append(tip);
    plots.push(plot);
  }

  function draw() {
    const steps = uPlot.paths.stepped({ align: 1 });
    make(figure.querySelector(".mails"), 320, mailData(), {
      y: { distr: 4, asinh: 1, range: (_, __, max) => [0, Math.max(10, (max ?? 0) * 1.4)] },
      axis: {
        ...drawing.valueAxis(numberText),
        splits: (_, __, min, max) => tuneMarks.roundCounts(min, max),
        filter: (_, splits) => splits,
      },
      series: settings.flatMap((setting, number) => [
        {
          paths: steps,
          stroke: tuneMarks.colour(number),
          width: 1,
          alpha: 0.55,
          dash: [2, 4],
          points: { show: false },
        },
        {
          paths: steps,
          stroke: tuneMarks.colour(number),
          width: setting.isMain ? 3 : 1.75,
          points: { show: false },
        },
      ]),
      over: (plot) => tuneMarks.drawMails(plot, chart, measure, visible),
    });
    const delays = figure.querySelector(".delays");
    if (delays) {
      make(delays, 180, delayData(), {
        y: { range: (_, __, max) => [0, (max || 60) * 1.1] },
        axis: {
          ...drawing.valueAxis((value) => (value === 0 ? "0" : minutesText(value))),
          incrs: [15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200, 144000],
        },
        series: settings.map((setting, number) => ({
          paths: steps,
          stroke: tuneMarks.colour(number),
          width: setting.isMain ? 3 : 1.75,
          points: { show: false },
        })),
        over: (plot) => tuneMarks.drawDelays(plot, chart, visible),
      });
    }
    report();
  }

  function update() {
    settings.forEach((_, number) => {
      const shown = { show: visible[number] };
      plots[0].setSeries(1 + 2 * number, shown);
      plots[0].setSeries(2 + 2 * number, shown);
      plots[1]?.setSeries(1 + number, shown);
    });
    plots[0].setData(mailData());
    plots[0].setScale("x", view);
  }

  zooming(figure, { names: ["lower", "higher"], whole, view: () => view, show });
  figure.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { setting, measure: wanted } = button.dataset;
    if (setting !== undefined) {
      visible[setting] = !visible[setting];
      button.setAttribute("aria-pressed", String(visible[setting]));
      update();
    }
    if (wanted !== undefined) {
      measure = wanted;
      for (const each of figure.querySelectorAll("[data-measure]")) {
        each.setAttribute("aria-pressed", String(each === button));
      }
      update();
    }
  });

  const fit = (width) => {
    for (const plot of plots) {
      const now = width ?? plot.root.parentElement.clientWidth;
      if (now > 0 && now !== plot.width) plot.setSize({ width: now, height: plot.height });
    }
  };
  draw();
  new ResizeObserver(() => {
    if (!root.classList.contains("printing")) fit();
  }).observe(figure);

  function recolour() {
    drawing.recolour();
    for (const plot of plots) plot.redraw(true, true);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  addEventListener("beforeprint", () => {
    root.classList.add("printing");
    fit(PRINT_WIDTH);
    recolour();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    fit();
    recolour();
  });
})();
