"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("main");
  const colors = {
    light: { sagitta: "#d03b1f", faiss: "#1f5fb0", hnswlib: "#2a8a4a", jvector: "#8a4fb5", lucene: "#8f6208", front: "#707070" },
    dark: { sagitta: "#ff7a5c", faiss: "#7fb2f0", hnswlib: "#6fd08f", jvector: "#c79bea", lucene: "#e0b24a", front: "#a0a0a0" }
  };
  const shapes = ["circle", "triangle", "rect", "rectRot", "star", "cross"];
  const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3], [1, 1], [12, 4]];
  const charts = [];

  const element = (name, attributes, ...children) => {
    const e = document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
    for (const c of children) e.append(c);
    return e;
  };
  const number = v => {
    if (v === null || v === undefined || v === "NaN" || Number.isNaN(v)) return "–";
    const a = Math.abs(v);
    if (a !== 0 && a < 0.001) return v.toExponential(2);
    return v.toLocaleString("en", { maximumFractionDigits: a >= 1000 ? 0 : a >= 10 ? 1 : 4 });
  };

  const sortable = table => {
    table.querySelectorAll("thead th").forEach((th, column) => {
      const button = element("button", { type: "button" }, th.textContent);
      th.replaceChildren(button);
      button.addEventListener("click", () => {
        const up = th.getAttribute("aria-sort") !== "ascending";
        table.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const rows = [...body.rows].sort((a, b) => {
          const x = key(a), y = key(b);
          const order = isNaN(x) || isNaN(y) ? String(x).localeCompare(String(y)) : Number(x) - Number(y);
          return up ? order : -order;
        });
        body.append(...rows);
      });
    });
  };

  const table = (caption, columns, rows) => {
    const t = element("table", {}, element("caption", {}, caption));
    const head = element("tr");
    columns.forEach(c => head.append(element("th", { scope: "col" }, c)));
    t.append(element("thead", {}, head));
    const body = element("tbody");
    for (const row of rows) {
      const tr = element("tr");
      row.forEach((cell, i) => {
        const value = cell !== null && typeof cell === "object" ? cell.value : cell;
        const isNumber = typeof value === "number" || value === null;
        const td = element(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, isNumber ? number(value) : String(value));
        if (typeof value === "number") td.dataset.value = value;
        if (!isNumber) td.classList.add("text");
        if (cell !== null && typeof cell === "object" && cell.kind) td.classList.add(cell.kind);
        tr.append(td);
      });
      body.append(tr);
    }
    t.append(body);
    sortable(t);
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, t);
  };

  const sections = new Map();
  const section = title => {
    if (!sections.has(title)) {
      const id = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
      const s = element("section", { "aria-labelledby": id }, element("h2", { id }, title));
      main.append(s);
      document.getElementById("toc").append(element("li", {}, element("a", { href: "#" + id }, title)));
      sections.set(title, s);
    }
    return sections.get(title);
  };

  const plotTable = plot => {
    if (plot.kind === "bar") {
      return table(`${plot.title}: ${plot.yLabel}`, [plot.xLabel, ...plot.series.map(s => s.name)],
        plot.categories.map((c, i) => [c, ...plot.series.map(s => s.values[i])]));
    }
    const rows = plot.series.filter(s => s.library !== "front")
      .flatMap(s => s.points.map(p => [s.name, p.label, p.x, p.y]));
    return table(`${plot.title}: ${plot.yLabel}`, ["series", "setting", plot.xLabel, plot.yLabel], rows);
  };

  const datasets = plot => {
    const seen = {};
    return plot.series.map(s => {
      const turn = seen[s.library] = (seen[s.library] ?? -1) + 1;
      const base = { label: s.name, library: s.library };
      if (plot.kind === "bar") return { ...base, data: s.values };
      const front = s.library === "front";
      return { ...base, data: s.points.map(p => ({ x: p.x, y: p.y, label: p.label })), showLine: true,
        pointRadius: front ? 0 : 5, pointStyle: shapes[turn % shapes.length], borderWidth: front ? 1 : 2,
        borderDash: front ? [4, 4] : dashes[turn % dashes.length], tension: 0 };
    });
  };

  const paint = chart => {
    const dark = document.documentElement.dataset.theme === "dark";
    const palette = dark ? colors.dark : colors.light;
    const style = getComputedStyle(document.documentElement);
    const fg = style.getPropertyValue("--fg").trim(), line = style.getPropertyValue("--line").trim();
    chart.data.datasets.forEach(d => {
      const c = palette[d.library] || palette.front;
      d.borderColor = c;
      d.backgroundColor = c;
    });
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = fg;
      axis.title.color = fg;
      axis.grid.color = line;
    }
    chart.options.plugins.legend.labels.color = fg;
    chart.update("none");
  };

  const draw = (plot, canvas) => {
    const axis = (label, log) => ({ type: log ? "logarithmic" : "linear", title: { display: true, text: label }, ticks: {}, grid: {} });
    const bar = plot.kind === "bar";
    const chart = new Chart(canvas, {
      type: bar ? "bar" : "scatter",
      data: { labels: bar ? plot.categories : undefined, datasets: datasets(plot) },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false,
        scales: {
          x: bar ? { type: "category", title: { display: true, text: plot.xLabel }, ticks: {}, grid: {} } : axis(plot.xLabel, plot.xLog),
          y: axis(plot.yLabel, plot.yLog)
        },
        plugins: {
          colors: { enabled: false },
          legend: { position: "bottom", labels: { usePointStyle: !bar } },
          tooltip: { callbacks: bar ? {} : { label: c => `${c.dataset.label}: ${c.raw.label} (${number(c.raw.x)}, ${number(c.raw.y)})` } }
        }
      }
    });
    charts.push(chart);
    paint(chart);
  };

  const ratios = () => {
    const s = section("Sagitta ÷ FAISS");
    if (data.ratios.length === 0) {
      s.append(element("p", {}, "FAISS was not measured in this run."));
      return;
    }
    s.append(element("p", {}, "Queries per second of Sagitta divided by FAISS's, in the same run, taking turns; above 1 Sagitta is faster. "
      + "At equal recall means: FAISS's speed read off its own curve at Sagitta's recall. The worst cell stands first."));
    const kind = v => typeof v === "number" && !Number.isNaN(v) ? (v >= 1 ? "good" : "bad") : "";
    const shown = v => v === "NaN" ? null : v;
    s.append(table("Sagitta ÷ FAISS, worst first",
      ["data", "index", "setting", "mode", "threads", "recall", "FAISS's recall", "equal setting", "quartiles", "equal recall"],
      data.ratios.map(r => [r.data, r.index, r.setting || "–", r.mode, r.threads, r.recall, r.faissRecall,
        { value: r.same, kind: kind(r.same) }, `${number(r.low)} – ${number(r.high)}`, { value: shown(r.equal), kind: kind(shown(r.equal)) }])));
  };

  const machine = () => {
    const s = section("Machine and libraries");
    const m = data.machine || {};
    const list = element("dl");
    const put = (k, v) => { if (v !== undefined && v !== "") list.append(element("dt", {}, k), element("dd", {}, String(v))); };
    for (const k of ["date", "cpu", "cores", "memory", "os", "jdk", "flags", "load"]) put(k, m[k]);
    for (const [k, v] of Object.entries(m.libraries || {})) put(k, v);
    for (const l of data.skipped) put(l.library, "not measured: " + l.reason);
    s.append(list);
    if (data.rooflines.length > 0) {
      s.append(table("What this machine can do at most, measured in the same run",
        ["threads", "GFLOP/s (fused multiply-add)", "GB/s (reading)"],
        data.rooflines.map(r => [r.threads, r.fma_gflops, r.stream_gbs])));
    }
    const worked = data.searches.filter(l => l.gbs !== undefined);
    if (worked.length > 0) {
      const roof = t => data.rooflines.find(r => r.threads === t) || {};
      s.append(element("p", {}, "Counted as if every vector that a setting covers were read and compared once. Batches read a vector once for several queries, and Panorama leaves parts of vectors out, so they may lie above a roof; sums of table entries are no arithmetic here."));
      s.append(table("What the speeds amount to, against these",
        ["library", "data", "index", "setting", "mode", "threads", "GFLOP/s", "of the roof %", "GB/s", "of the roof % (reading)"],
        worked.map(l => {
          const top = roof(l.mode === "single" ? 1 : l.threads);
          const share = (value, of) => value !== undefined && of ? 100 * value / of : null;
          return [l.library, l.data, l.index, l.setting || "–", l.mode, l.threads, l.gflops ?? null, share(l.gflops, top.fma_gflops), l.gbs, share(l.gbs, top.stream_gbs)];
        })));
    }
  };

  const all = () => {
    const s = section("All figures");
    s.append(table("Every search cell", ["library", "data", "index", "setting", "mode", "threads", "recall", "queries/s", "low", "high", "p50 µs", "p99 µs"],
      data.searches.map(l => [l.library, l.data, l.index, l.setting || "–", l.mode, l.threads, l.recall, l.qps, l.qps_low, l.qps_high, l.p50_us ?? null, l.p99_us ?? null])));
  };

  const theme = dark => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    const button = document.getElementById("theme");
    button.setAttribute("aria-pressed", String(dark));
    button.textContent = dark ? "Light" : "Dark";
    charts.forEach(paint);
  };

  const m = data.machine || {};
  document.getElementById("summary").textContent =
    [m.suite && `Suite ${m.suite}`, m.date, m.cpu, m.cores && `${m.cores} cores`, m.jdk].filter(Boolean).join(" · ");
  ratios();
  for (const plot of data.plots) {
    const canvas = element("canvas", { role: "img", "aria-label": `${plot.title}: ${plot.yLabel} over ${plot.xLabel}. The numbers are in the table below.` });
    const figure = element("figure", { id: plot.id },
      element("figcaption", {}, element("h3", {}, plot.title)),
      element("div", { class: "canvas" }, canvas),
      element("details", {}, element("summary", {}, "The numbers"), plotTable(plot)));
    section(plot.section).append(figure);
    draw(plot, canvas);
  }
  machine();
  all();
  document.getElementById("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme !== "dark"));
  theme(window.matchMedia("(prefers-color-scheme: dark)").matches);
  // For tests: what is on the page.
  window.sagittaReport = { plots: charts.length, series: charts.map(c => c.data.datasets.map(d => d.label)) };
  document.documentElement.dataset.ready = JSON.stringify(window.sagittaReport);
})();
