// A graph of numbers: drag an input, and values go forwards and gradients backwards.
import { chain, descend, run } from "./autodiff.js";
import layout from "./graph_layout.js";

const { graph, start, radius } = layout;
const INPUTS = Object.keys(start); // w, x, b, y
const LEAST = -3, MOST = 3; // of an input
const FINE = 0.01; // of a slider's step, and of a pixel of dragging
const RATE = 0.1;
const NARROW = 520; // pixels, below which the graph stands upright
const PAUSE = 600; // milliseconds without a change before the numbers are read out
const SVG = "http://www.w3.org/2000/svg";
let demos = 0;

const TEMPLATE = (id) => `
  <div class="live-graph">
    <svg role="img" aria-label="The graph of the loss (tanh(w·x + b) − y)². The sliders below give its inputs and their gradients."></svg>
    <p class="live-graph-key"><span class="live-graph-value">→ value</span> <span class="live-graph-blame">⇠ gradient of the loss</span></p>
    <div class="live-graph-inputs">${INPUTS.map((name) => `
      <label for="${id}-${name}"><i>${name}</i></label>
      <input type="range" id="${id}-${name}" name="${name}" min="${LEAST}" max="${MOST}" step="${FINE}">
      <output for="${id}-${name}"></output>
      <span></span>`).join("")}
    </div>
    <p class="live-graph-chain"></p>
    <p class="live-controls">
      <button type="button" class="live-button" data-act="step">Step w and b against the gradient</button>
      <button type="button" class="live-button" data-act="again">Start again</button>
    </p>
    <p class="live-status" role="status"></p>
  </div>`;

/** Two decimals, with a minus sign that is as wide as a plus. */
export function show(number) {
  const text = (Math.abs(number) < 0.005 ? 0 : number).toFixed(2);
  return text.replace("-", "−");
}

function element(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** Every edge as { name, from, to }: what it carries, and the places of its ends. */
function edges(places) {
  const found = graph.flatMap(({ name, from }) =>
    from.map((parent) => ({ name: parent, from: places[parent], to: places[name] })));
  return [...found, { name: "loss", from: places.loss, to: places.end }];
}

/** Where an edge's line runs, moved aside by so much, and where its two numbers stand. */
function course({ name, from, to }, aside) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [x, y] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const end = name === "loss" ? 0 : radius + 2;
  const at = (point, along) => [point[0] + x * along + y * aside, point[1] + y * along - x * aside];
  return [...at(from, radius + 2), ...at(to, -end)];
}

/** Where the value (which = 1) or the gradient (which = -1) of an edge is written: on its line's side. */
function label({ name, from, to }, which) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [x, y] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const along = (length + radius - (name === "loss" ? 0 : radius)) / 2;
  const middle = [from[0] + x * along, from[1] + y * along];
  const right = Math.abs(y) < 0.01 ? 0 : Math.sign(y) * which, above = x * which > 0.01;
  const flat = right === 0, upright = Math.abs(x) < 0.01;
  return {
    x: middle[0] + 10 * right,
    y: middle[1] + (upright ? 5 : flat ? (above ? -10 : 21) : above ? -5 : 16),
    anchor: flat ? "middle" : right > 0 ? "start" : "end",
  };
}

/** Draw the graph's lines, nodes and empty texts; returns the texts by name. */
function draw(picture, { size: [width, height], nodes }, id) {
  const texts = { values: {}, gradients: {}, inputs: {} };
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.replaceChildren();
  const heads = element("defs", {});
  for (const [kind, turned] of [["value", 0], ["blame", 180]]) {
    const head = element("marker", {
      id: `${id}-${kind}`, viewBox: "0 0 8 8", refX: turned ? 1 : 7, refY: 4,
      markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto",
    });
    head.append(element("path", { d: turned ? "M8 0 0 4 8 8z" : "M0 0 8 4 0 8z", class: `live-graph-head--${kind}` }));
    heads.append(head);
  }
  picture.append(heads);
  for (const edge of edges(nodes)) {
    for (const [kind, aside, which] of [["value", 3, 1], ["blame", -3, -1]]) {
      const [x1, y1, x2, y2] = course(edge, aside);
      const arrow = kind === "value" ? "marker-end" : "marker-start";
      picture.append(element("line", { x1, y1, x2, y2, class: `live-graph-${kind}`, [arrow]: `url(#${id}-${kind})` }));
      const { x, y, anchor } = label(edge, which);
      const text = element("text", { x, y, "text-anchor": anchor, class: `live-graph-${kind}` });
      texts[kind === "value" ? "values" : "gradients"][edge.name] = text;
      picture.append(text);
    }
  }
  for (const [name, sign] of [...INPUTS.map((input) => [input, input]), ...graph.map((node) => [node.name, node.sign])]) {
    const [cx, cy] = nodes[name], isInput = name in start;
    const group = element("g", isInput ? { class: "live-graph-input", "data-input": name } : {});
    group.append(element("circle", { cx, cy, r: radius }));
    const text = element("text", { x: cx, y: cy + 5, "text-anchor": "middle", class: isInput ? "live-graph-name" : "live-graph-sign" }, sign);
    group.append(text);
    picture.append(group);
  }
  return texts;
}

/** Build the demo in `root`; returns functions for tests and for the console. */
export function mount(root, { signal }) {
  const id = `live-graph-${++demos}`;
  root.innerHTML = TEMPLATE(id);
  const $ = (selector) => root.querySelector(selector);
  const on = (target, type, listener) => target.addEventListener(type, listener, { signal });
  const [picture, answer, status] = [$("svg"), $(".live-graph-chain"), $(".live-status")];
  const controls = Object.fromEntries(INPUTS.map((name) => {
    const slider = $(`input[name=${name}]`), number = slider.nextElementSibling;
    return [name, { slider, number, blame: number.nextElementSibling }];
  }));
  let inputs = { ...start }, chosen = "w"; // the numbers, and the input whose chain is written out
  let texts = null, upright = null, drag = null, timer = 0;

  /** Compute everything anew, and write all numbers. */
  function update() {
    const { values, gradients, slopes } = run(graph, inputs);
    for (const name of Object.keys(values)) {
      texts.values[name].textContent = (name === "loss" ? "loss " : "") + show(values[name]);
      texts.gradients[name].textContent = show(gradients[name]);
    }
    for (const name of INPUTS) {
      const { slider, number, blame } = controls[name];
      slider.value = inputs[name];
      number.textContent = show(inputs[name]);
      blame.innerHTML = `<small>gradient </small>${show(gradients[name])}`;
    }
    const factors = chain(graph, slopes, chosen).map(({ of, by, slope }) =>
      `<span>${show(slope)}<small>∂${of}/∂${by}</small></span>`);
    answer.innerHTML = `<span>${show(gradients[chosen])}<small>∂loss/∂${chosen}</small></span> = ${factors.join(" · ")}`;
    for (const group of picture.querySelectorAll("[data-input]"))
      group.classList.toggle("live-graph-input--chosen", group.dataset.input === chosen);
  }

  function change(name, value) {
    chosen = name;
    inputs = { ...inputs, [name]: Math.max(LEAST, Math.min(MOST, value)) };
    update();
    announceSoon();
  }

  function announceSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const { values, gradients } = run(graph, inputs);
      status.textContent = `Loss ${show(values.loss)}; gradients ${INPUTS.map((name) => `${name} ${show(gradients[name])}`).join(", ")}.`;
    }, PAUSE);
  }

  /** Lay the graph out for the room that there is. */
  function arrange() {
    const narrow = root.clientWidth > 0 && root.clientWidth < NARROW;
    if (narrow === upright) return;
    upright = narrow;
    drag = null;
    texts = draw(picture, narrow ? layout.tall : layout.wide, id);
    update();
  }

  on(picture, "pointerdown", (event) => {
    const group = event.target.closest("[data-input]");
    if (!group || event.button !== 0 || drag) return;
    const name = group.dataset.input;
    drag = { name, pointer: event.pointerId, from: event.clientX, value: inputs[name] };
    picture.setPointerCapture(event.pointerId);
    event.preventDefault(); // so that no text is selected
    change(name, inputs[name]);
  });
  on(picture, "touchstart", (event) => { // an input is dragged; anywhere else the page scrolls
    if (event.target.closest("[data-input]")) event.preventDefault();
  });
  on(picture, "pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    const value = drag.value + FINE * (event.clientX - drag.from);
    change(drag.name, Math.round(value / FINE) * FINE);
  });
  for (const type of ["pointerup", "pointercancel"])
    on(picture, type, (event) => { if (drag?.pointer === event.pointerId) drag = null; });
  on($(".live-graph-inputs"), "input", ({ target }) => change(target.name, Number(target.value)));
  on($(".live-graph-inputs"), "focusin", ({ target }) => { chosen = target.name; update(); });
  on($(".live-controls"), "click", ({ target }) => {
    const act = target.dataset.act;
    if (!act) return;
    inputs = act === "step" ? descend(graph, inputs, ["w", "b"], RATE) : { ...start };
    update();
    announceSoon();
  });
  const watcher = new ResizeObserver(arrange);
  watcher.observe(root);
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    clearTimeout(timer);
  }, { once: true });

  arrange();
  return { state: () => run(graph, inputs), set: (given) => { inputs = { ...inputs, ...given }; update(); } };
}
