"use strict";
// The page of one bundle: axes from its space become controls; each change asks for an answer and draws it, beside a
// pinned one and that of a second bundle. Values in the address set the controls: /?bundle=default&depth=12&lr=0.1

const by = id => document.getElementById(id);
const SLIDER = 1000; // positions of a slider without a grid
const STEPS = 5000; // the finest grid whose steps are the slider's
const SAMPLES = 60; // dots of the trade
let bundle = null; // the description
let axes = []; // {param, box, get, set, range}
let asked = 0; // number of the last request; older answers are dropped
let now = null; // the present answer and its configuration
let pinned = null; // {config, answer, bundle}
let second = null; // the answer of the second bundle, or null
let nearest = null; // the nearest valid configuration of one that is refused
let samples = []; // {config, answer}

function make(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

// The server's token, where it asks for one, is kept for this tab alone.
function send(path, options = {}) {
  const token = sessionStorage.getItem("eahas-token");
  const headers = { ...options.headers, ...(token ? { Authorization: "Bearer " + token } : {}) };
  return fetch(path, { ...options, headers });
}

async function get(path) {
  let r = await send(path);
  while (r.status === 401) {
    const token = prompt("This server asks for its token:");
    if (!token) break;
    sessionStorage.setItem("eahas-token", token.trim());
    r = await send(path);
  }
  const body = await r.json();
  if (!r.ok) throw new Error(body.error);
  return body;
}

async function post(name, what) {
  const r = await send(`v1/bundles/${name}/query`, { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what) });
  return { ok: r.ok, status: r.status, body: await r.json() };
}

// Controls

const isNumeric = p => p.kind === "linear" || p.kind === "log" || p.kind === "integer";
const stepOf = p => p.step || (p.kind === "integer" ? 1 : 0);
const isLog = p => p.kind === "log" || p.log;
const low = p => p.low || 0, high = p => p.high || 0; // 0 is left out of the description

// positions is the last position of an axis' slider: a position is a step of the axis, where it has not too many.
function positions(p) {
  const n = stepOf(p) ? Math.round((high(p) - low(p)) / stepOf(p)) : Infinity;
  return n <= STEPS ? n : SLIDER;
}
const ownSteps = p => stepOf(p) > 0 && positions(p) !== SLIDER || Math.round((high(p) - low(p)) / stepOf(p)) === SLIDER;

// toSlider and fromSlider map a value to a slider's position and back; the value lies on the axis' grid. The first
// position of an axis with 0 beside its range is 0.
function toSlider(p, x) {
  if (ownSteps(p)) return Math.round((x - low(p)) / stepOf(p));
  if (p.zero && x === 0) return 0;
  const t = isLog(p) ? Math.log(x / low(p)) / Math.log(high(p) / low(p)) : (x - low(p)) / (high(p) - low(p));
  return p.zero ? 1 + Math.round(t * (SLIDER - 1)) : Math.round(t * SLIDER);
}
function fromSlider(p, at) {
  if (p.zero && at === 0) return 0;
  const s = stepOf(p), t = p.zero ? (at - 1) / (SLIDER - 1) : at / SLIDER;
  let x = isLog(p) ? low(p) * Math.pow(high(p) / low(p), t) : low(p) + t * (high(p) - low(p));
  if (ownSteps(p)) x = low(p) + at * s;
  else x = s ? low(p) + Math.round((x - low(p)) / s) * s : Number(x.toPrecision(4));
  return Math.min(high(p), Math.max(low(p), Number(x.toPrecision(12))));
}

function control(p) {
  const id = "axis-" + p.name;
  const label = make("label", { for: id }, p.name);
  if (p.unit && p.unit !== p.name) label.append(" ", make("small", {}, p.unit));
  const box = make("div", { class: "axis", title: p.doc || "" }, label);
  box.dataset.axis = p.name;
  if (p.kind === "graph") return graphControl(p, id, box);
  if (!isNumeric(p)) {
    const select = make("select", { id });
    if (p.optional) select.append(make("option", { value: "" }, "not set"));
    p.choices.forEach((c, i) => select.append(make("option", { value: i }, String(c))));
    select.addEventListener("input", ask);
    box.append(select);
    return {
      param: p, box, range: () => {},
      get: () => select.value === "" ? null : p.choices[select.value],
      set: v => { const i = p.choices.findIndex(c => String(c) === String(v)); select.value = i < 0 ? "" : i; },
    };
  }
  const number = make("input", { id, type: "number", step: "any" });
  const slider = make("input", { type: "range", min: 0, max: positions(p), step: 1, "aria-label": p.name });
  const range = make("div", { class: "range" });
  const say = () => slider.setAttribute("aria-valuetext", number.value + (p.unit ? " " + p.unit : ""));
  number.addEventListener("input", () => {
    if (number.value !== "") slider.value = toSlider(p, Number(number.value));
    say();
    ask();
  });
  slider.addEventListener("input", () => { number.value = fromSlider(p, Number(slider.value)); say(); ask(); });
  box.append(number, slider, range);
  return {
    param: p, box,
    get: () => number.value === "" ? null : Number(number.value),
    set: v => { number.value = v ?? ""; if (v != null) slider.value = toSlider(p, Number(v)); say(); },
    // range says where the axis is valid given the others, if that is not all of it.
    range: r => {
      const all = r && r.low <= low(p) + stepOf(p) && r.high >= high(p) - stepOf(p);
      const x = Number(number.value), off = r ? x < r.low - 2 * stepOf(p) || x > r.high + 2 * stepOf(p) : false;
      range.textContent = r === null ? "no value is valid with the others" : !r || all ? "" :
        digits(r.low) === digits(r.high)
          ? `valid with the others: ${digits(r.low)} alone`
          : `valid with the others: ${digits(r.low)} to ${digits(r.high)}`;
      range.classList.toggle("off", r === null || off);
    },
  };
}

const same = (a, b) => a === b || (a !== null && b !== null && typeof a !== typeof b && Number(a) === Number(b));

function active(p) {
  if (!p.when) return true;
  const on = axes.find(a => a.param.name === p.when.param);
  return active(on.param) && p.when.in.some(v => same(v, on.get()));
}

function configuration() {
  const c = {};
  for (const a of axes) {
    a.box.hidden = !active(a.param);
    const v = a.get();
    if (!a.box.hidden && v !== null) c[a.param.name] = v;
  }
  return c;
}

// A value for every axis, so that one that becomes active is not empty.
function fallback(p) {
  if (p.optional) return null;
  return isNumeric(p) ? fromSlider(p, Math.round(positions(p) / 2)) : (p.choices || [null])[0];
}

function setAll(config) {
  for (const a of axes) a.set(config[a.param.name] ?? fallback(a.param));
}

// Answers

const level = () => Number(by("level").value) || 0;

async function ask() {
  const number = ++asked;
  const config = configuration();
  history.replaceState(null, "", "?" + new URLSearchParams({ bundle: bundle.name, ...config }));
  let r, beside = null;
  try {
    const other = by("second").value;
    const calls = [post(bundle.name, { config, level: level() })];
    if (other) calls.push(post(other, { config }));
    [r, beside] = await Promise.all(calls);
  } catch (e) {
    if (number === asked) say("failed", "No answer: " + e.message);
    return;
  }
  if (number !== asked) return;
  const body = r.body;
  for (const a of axes) {
    a.box.classList.toggle("bad", body.axis === a.param.name);
    a.box.classList.toggle("far", (body.outside_axes || []).includes(a.param.name));
  }
  second = beside && beside.ok ? beside.body : null;
  by("nearest").hidden = true;
  askRanges(number, config);
  if (!r.ok) {
    say(r.status === 422 ? "refused" : "failed", (r.status === 422 ? "Refused: " : "Failed: ") + plain(body.error));
    return;
  }
  now = { config, answer: body };
  show();
  const not = beside && !beside.ok ? `; ${by("second").value} refuses it` : "";
  if (body.extrapolates) {
    const axes = body.outside_axes.join(", ");
    say("extrapolates", "Extrapolates: beyond the training data " +
      (axes === "combination" ? "by the combination of values" : "in " + axes) + not);
  } else {
    say("answered",
      `Within the training data${body.clips ? `; ${body.clips} points of the curve were moved into its bounds` : ""}${not}`);
  }
}

// askRanges says at each axis where it is valid, given the others, and offers the nearest valid configuration.
let waiting = 0;
function askRanges(number, config) {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      const r = await get(`v1/bundles/${bundle.name}/ranges?` + new URLSearchParams(config));
      if (number !== asked) return;
      for (const a of axes) a.range(a.box.hidden ? undefined : r.axes.find(x => x.axis === a.param.name) || null);
      nearest = r.nearest;
      by("nearest").hidden = r.valid || !nearest;
    } catch (e) { /* the answer itself says what is wrong */ }
  }, 120);
}

const plain = text => text.replace(/^configuration refused: features: /, "");

function say(state, text) {
  document.body.dataset.state = state;
  by("status-text").textContent = text;
}

const percent = u => u === "percent" ? "%" : u || "";

// rows are the figures of an answer: name, value, bounds.
function rows(a) {
  const b = a.bounds || {}, out = [];
  const add = (name, x, unit, bounds) => { if (x !== undefined && x !== null) out.push([name, x, unit, bounds]); };
  const last = a.curve ? a.curve.length - 1 : 0;
  if (a.curve) add("last " + bundle.metric.name, a.curve[last], percent(a.unit),
    b.curve_low && [b.curve_low[last], b.curve_high[last]]);
  add("energy of the run", a.energy_total_j, "J", b.energy_total_j);
  add("energy per epoch", a.energy_per_epoch_j, "J", b.energy_per_epoch_j);
  add("inference energy", a.inference_energy_j, "J", b.inference_energy_j);
  add("time of the run", a.time_total_s, "s", b.time_total_s);
  add("time per epoch", a.time_per_epoch_s, "s", b.time_per_epoch_s);
  const targets = b.targets || {}, curves = b.curves || {};
  for (const t of bundle.own_targets) {
    const label = t.label || t.name, unit = percent(t.unit);
    if (t.span === 0) {
      const ys = (a.curves || {})[t.name] || [], ends = curves[t.name], k = ys.length - 1;
      add("last " + label, ys[k], unit, ends && [ends.low[k], ends.high[k]]);
    } else {
      add(label, (a.targets || {})[t.name], unit, targets[t.name]);
    }
  }
  for (const k of bundle.space.known || []) add(k.name + " (known)", (a.known || {})[k.name], k.unit || "", null);
  add("epochs", a.last_epoch, "", null);
  return out;
}

const ownCurves = () => bundle.own_targets.filter(t => t.span === 0);

// ownFigure is the empty chart of one of the bundle's own curves.
function ownFigure(t) {
  const id = "own-" + t.name, svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [k, v] of [["id", id], ["role", "img"], ["aria-labelledby", id + "-name"]]) svg.setAttribute(k, v);
  return make("figure", {}, make("figcaption", { id: id + "-name" }), svg);
}

// shown are the answers beside each other: the present one, the pinned one, the second bundle's.
function shown() {
  const out = [{ kind: "now", name: "now", answer: now.answer }];
  if (pinned) out.push({ kind: "pinned",
    name: "pinned" + (pinned.bundle !== bundle.name ? " (" + pinned.bundle + ")" : ""), answer: pinned.answer });
  if (second) out.push({ kind: "second", name: by("second").value, answer: second });
  return out;
}

function show() {
  const all = shown(), body = make("tbody");
  const tables = all.map(s => new Map(rows(s.answer).map(r => [r[0], r])));
  for (const [name, x, unit, bounds] of rows(now.answer)) {
    const row = make("tr", {}, make("th", { scope: "row" }, name));
    tables.forEach((t, k) => {
      const one = t.get(name), cell = make("td", {}, one ? quantity(one[1], unit, 5) : "–");
      if (k === 0 && bounds) cell.append(" ",
        make("small", {}, `${quantity(bounds[0], unit, 3)} to ${quantity(bounds[1], unit, 3)}`));
      row.append(cell);
    });
    body.append(row);
  }
  const table = make("table", {}, body);
  if (all.length > 1) table.prepend(make("thead", {},
    make("tr", {}, make("th"),
      ...all.map(s => make("th", { scope: "col" }, make("span", { class: "key " + s.kind }, s.name))))));
  by("numbers").replaceChildren(table);
  const series = pick => all.map(s => ({ kind: s.kind, name: s.name, xs: s.answer.epochs, ys: s.answer[pick] }));
  const curves = series("curve"), b = now.answer.bounds;
  if (b && b.curve_low) [curves[0].low, curves[0].high] = [b.curve_low, b.curve_high];
  const fixed = bundle.metric && bundle.units.curve === "percent" ? [0, 100] : null;
  lineChart("curve", bundle.metric ? bundle.metric.name : "", curves, bundle.metric ? percent(bundle.units.curve) : "",
    fixed);
  for (const t of ownCurves()) {
    const ys = all.map(s => ({ kind: s.kind, name: s.name, xs: s.answer.epochs, ys: (s.answer.curves || {})[t.name] }));
    const ends = b && b.curves && b.curves[t.name];
    if (ends) [ys[0].low, ys[0].high] = [ends.low, ends.high];
    const range = t.scale === "bounded" ? [t.low || 0, t.high || 0] : null;
    lineChart("own-" + t.name, t.label || t.name, ys, percent(t.unit), range);
  }
  lineChart("energy", "energy spent", series("energy_j"), "J", null);
  lineChart("time", "time passed", series("time_s"), "s", null);
  trade();
}

// Trade of the last value and the energy, or the time.

const lastOf = a => a.curve && a.curve.length ? a.curve[a.curve.length - 1] : NaN;

function trade() {
  const cost = now.answer.energy_total_j !== undefined ? "energy_total_j" : "time_total_s";
  const unit = cost === "energy_total_j" ? "J" : "s";
  const dot = (a, kind, title, pick) => ({ x: a[cost] ?? NaN, y: lastOf(a), kind, title, pick });
  const text = c => Object.entries(c).map(([k, v]) => `${k}=${v}`).join(" ");
  const dots = samples.map(s => dot(s.answer, "sample", text(s.config), () => { setAll(s.config); ask(); }));
  for (const s of shown().reverse()) dots.push(dot(s.answer, s.kind, s.name));
  const lower = bundle.metric && !bundle.metric.higher_is_better;
  tradeChart("front",
    bundle.metric
      ? `last ${bundle.metric.name} against the ${unit === "J" ? "energy" : "time"} of the run, of drawn configurations`
      : "",
    dots, unit, lower);
}

async function drawSamples(name) {
  samples = [];
  const configs = [];
  for (let k = 0; k < SAMPLES; k += 6) {
    const some = await Promise.all([...Array(6).keys()].map(
      i => get(`v1/bundles/${name}/sample?seed=${1000 + k + i}`).catch(() => null)));
    for (const s of some) if (s) configs.push(s.config);
  }
  for (let k = 0; k < configs.length; k += 20) {
    const part = configs.slice(k, k + 20), r = await post(name, { configs: part });
    if (!r.ok || bundle.name !== name) return;
    r.body.answers.forEach((a, i) => {
      if (!a.error && !a.extrapolates) samples.push({ config: part[i], answer: a });
    });
  }
  if (now) trade();
}

// Copy

const quoted = t => /^[A-Za-z0-9_.,:/@%+=-]+$/.test(t) ? t : "'" + t.replaceAll("'", "'\\''") + "'";

function copyText(kind) {
  const config = configuration(), here = location.origin + location.pathname;
  const question = JSON.stringify({ config, ...(level() ? { level: level() } : {}) });
  switch (kind) {
    case "url": return location.href;
    case "curl":
      return `curl -H 'Content-Type: application/json' -d ${quoted(question)} ${here}v1/bundles/${bundle.name}/query`;
    case "python": {
      const value = v => typeof v === "boolean" ? (v ? "True" : "False") : JSON.stringify(v);
      const items = Object.entries(config).map(([k, v]) => JSON.stringify(k) + ": " + value(v)).join(", ");
      return `import eahas\n\nbench = eahas.Benchmark(${JSON.stringify(bundle.name)})  # the bundle's folder\nanswer = bench.query({${items}})`;
    }
  }
  return `eahas query ${quoted(bundle.name)} ` + Object.entries(config).map(([k, v]) => quoted(`${k}=${v}`)).join(" ");
}

async function copy(kind) {
  const text = copyText(kind);
  by("copied").textContent = text;
  by("copied").hidden = false;
  try { await navigator.clipboard.writeText(text); } catch (e) { /* the text stands there to be marked */ }
}

// Start

async function open(name, given) {
  bundle = await get("v1/bundles/" + name);
  now = second = null;
  document.title = by("title").textContent = bundle.surrogate + (bundle.synthetic ? " (SYNTHETIC)" : "");
  by("notice").textContent = bundle.notice || (bundle.synthetic ? "trained on simulated logs" : "");
  by("notice").hidden = by("notice").textContent === "";
  by("level").replaceChildren(make("option", { value: "" }, "none"),
    ...bundle.levels.map(l => make("option", { value: l }, digits(100 * l) + " %")));
  by("pick-level").hidden = bundle.levels.length === 0;
  if (bundle.levels.length) by("level").value = bundle.levels[bundle.levels.length - 1];
  axes = bundle.space.params.map(control);
  by("controls").replaceChildren(...axes.map(a => a.box));
  by("own-curves").replaceChildren(...ownCurves().map(ownFigure));
  setAll({ ...bundle.example, ...given });
  await ask();
  drawSamples(name).catch(() => {}); // the trade is an extra
}

function pin() {
  pinned = pinned ? null : { ...now, bundle: bundle.name };
  by("pin").textContent = pinned ? "Unpin" : "Pin this one";
  by("pin").setAttribute("aria-pressed", String(pinned !== null));
  if (now) show();
}

async function start() {
  const address = new URLSearchParams(location.search);
  const { bundles } = await get("v1/bundles");
  if (bundles.length === 0) throw new Error("no bundle is served");
  for (const b of bundles) {
    by("bundle").append(make("option", { value: b.name }, b.name));
    by("second").append(make("option", { value: b.name }, b.name));
  }
  const name = bundles.some(b => b.name === address.get("bundle")) ? address.get("bundle") : bundles[0].name;
  by("pick").hidden = by("pick-second").hidden = bundles.length < 2;
  by("bundle").value = name;
  address.delete("bundle");
  const safe = f => f().catch(e => say("failed", "Failed: " + e.message));
  by("bundle").addEventListener("input", () => safe(() => open(by("bundle").value, {})));
  for (const id of ["second", "level"]) by(id).addEventListener("input", () => safe(ask));
  by("pin").addEventListener("click", pin);
  by("nearest").addEventListener("click", () => { if (nearest) { setAll(nearest); safe(ask); } });
  for (const b of document.querySelectorAll("[data-copy]")) b.addEventListener("click", () => copy(b.dataset.copy));
  addEventListener("resize", () => { if (now) show(); });
  let seed = 0;
  by("draw").addEventListener("click", () => safe(async () => {
    const { config } = await get(`v1/bundles/${bundle.name}/sample?seed=${++seed}`);
    setAll(config);
    await ask();
  }));
  await open(name, Object.fromEntries(address));
}

start().catch(e => say("failed", "Failed: " + e.message));
