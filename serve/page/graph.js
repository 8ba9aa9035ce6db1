"use strict";

// drawGraph draws the canonical text of a graph (features/graph): a picture for each cell, inputs on the left.
function drawGraph(param, text) {
  const spec = param.graph, inputs = spec.form === "genotype" ? 2 : 1;
  return text.split("@").map((cell, i) => {
    const c = readCell(spec.form, inputs, cell);
    const svg = c.edges.some(e => e[2]) ? drawArcs(c, inputs) : drawCell(c, inputs);
    return make("figure", { class: "cell" }, svg, ...(spec.cells ? [make("figcaption", {}, spec.cells[i] || "")] : []));
  });
}

// readCell returns the vertices' labels and the edges [from, to, operation].
function readCell(form, inputs, text) {
  const labels = [...Array(inputs).keys()].map(i => inputs > 1 ? "in " + i : "in"), edges = [];
  const parts = text.split("/");
  parts.forEach((part, k) => {
    const to = inputs + k, last = k === parts.length - 1;
    const named = form === "nodes" || form === "genotype" && last;
    const [head, ...rest] = part.split("~");
    labels.push(last ? "out" : named ? decodeURIComponent(head) : String(to));
    if (part === "-") return;
    if (named) for (const x of rest.join("~").split("+")) if (x !== "") edges.push([Number(x), to, ""]);
    if (!named) for (const term of part.split("+")) {
      const [op, x] = term.split("~");
      edges.push([Number(x), to, decodeURIComponent(op)]);
    }
  });
  return { labels, edges };
}

// drawArcs draws a cell with operations on its edges: vertices below each other, and each edge as an arc beside them
// with its operation at the outermost point. Edges of one span have points of one column, which lie in different rows.
function drawArcs({ labels, edges }, inputs) {
  const high = 44, left = 44, column = 104, reach = span => left + 24 + (span - 1) * column;
  const spans = edges.map(([x, y]) => y - x), w = reach(Math.max(1, ...spans)) + column, h = labels.length * high;
  const at = v => 16 + v * high;
  const svg = shape("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", class: "graph" });
  svg.setAttribute("aria-label", `a graph of ${labels.length} vertices and ${edges.length} edges`);
  edges.forEach(([x, y, op], i) => {
    const far = reach(spans[i]), middle = (at(x) + at(y)) / 2;
    const pull = left + (far - left) * 4 / 3; // a cubic goes three quarters of the way to its control points
    svg.append(shape("path",
      { class: "edge", d: `M${left},${at(x)} C${pull},${at(x)} ${pull},${at(y)} ${left},${at(y)}` }));
    svg.append(shape("text", { class: "op", x: far + 4, y: middle + 4 }, op));
  });
  labels.forEach((name, v) => {
    svg.append(shape("rect", { class: v < inputs || v === labels.length - 1 ? "end" : "vertex", x: left - 40,
      y: at(v) - 10, width: 44, height: 20, rx: 6 }));
    svg.append(shape("text", { x: left - 18, y: at(v) + 4, "text-anchor": "middle" }, name));
  });
  return svg;
}

function drawCell({ labels, edges }, inputs) {
  const level = labels.map(() => 0);
  for (const [x, y] of edges) level[y] = Math.max(level[y], level[x] + 1);
  level[labels.length - 1] = Math.max(...level);
  const rows = [];
  const row = level.map((l, v) => { rows[l] = (rows[l] ?? -1) + 1; return rows[l]; });
  const wide = 96, high = 38, n = Math.max(...level) + 1, m = Math.max(...rows.map(r => (r ?? 0) + 1));
  const w = n * wide, h = m * high + 24;
  const at = v => [level[v] * wide + wide / 2, 12 + (row[v] + .5 + (m - rows[level[v]] - 1) / 2) * high];
  const svg = shape("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", class: "graph" });
  svg.setAttribute("aria-label", `a graph of ${labels.length} vertices and ${edges.length} edges`);
  edges.forEach(([x, y, op], i) => {
    const [x1, y1] = at(x), [x2, y2] = at(y);
    const bend = (level[y] - level[x] > 1 ? -14 : 0) * (i % 2 ? 1 : -1);
    svg.append(shape("path",
      { class: "edge", d: `M${x1},${y1} Q${(x1 + x2) / 2},${(y1 + y2) / 2 + 2 * bend} ${x2},${y2}` }));
    if (op) svg.append(shape("text",
      { class: "op", x: (x1 + x2) / 2, y: (y1 + y2) / 2 + bend - 2, "text-anchor": "middle" }, op));
  });
  labels.forEach((name, v) => {
    const [x, y] = at(v);
    svg.append(shape("rect", { class: v < inputs || v === labels.length - 1 ? "end" : "vertex", x: x - 38, y: y - 10,
      width: 76, height: 20, rx: 6 }));
    svg.append(shape("text", { x, y: y + 4, "text-anchor": "middle" },
      name.length > 13 ? name.slice(0, 12) + "…" : name));
  });
  return svg;
}

// graphControl is a text, its picture, and a button that draws another one.
function graphControl(p, id, box) {
  const input = make("input", { id, type: "text", spellcheck: "false", size: 30 });
  const other = make("button", { type: "button" }, "another cell");
  const picture = make("div", { class: "cells" });
  const show = () => {
    try {
      picture.replaceChildren(...(input.value.includes("~") && !input.value.startsWith("|") &&
        !/[([{]/.test(input.value) ? drawGraph(p, input.value) : []));
    }
    catch { picture.replaceChildren(); }
  };
  input.addEventListener("input", () => { show(); ask(); });
  other.addEventListener("click", async () => {
    const { config } = await get(`v1/bundles/${bundle.name}/sample?seed=${++seed}`);
    if (config[p.name] !== undefined) { input.value = config[p.name]; show(); ask(); }
  });
  box.append(input, other, picture);
  return { param: p, box, range: () => {}, get: () => input.value === "" ? null : input.value,
    set: v => { input.value = v ?? ""; show(); } };
}
