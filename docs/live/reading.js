// What the network makes of a picture: probabilities as bars, and every layer's output.
import { SIZE } from "./normalise.js";
import { softmax, tensor, written } from "./nn.js";
import { createCanvas, largest, paint } from "./paint.js";

/** A layer in the lesson's words. */
function describe({ kind, options }) {
  const [, , k, l] = options.weight?.shape ?? [];
  return {
    conv2d: `convolution ${k} × ${l}`,
    max_pool2d: "max pooling",
    relu: "rectifier",
    flatten: "flatten",
    linear: "dense",
  }[kind];
}

/** A share as per cent; nearly sure is not rounded up to sure. */
export function percent(share) {
  if (share > 0.9995) return "> 99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** Fill `bars` with ten rows; returns a function that shows ten probabilities, or none. */
export function createBars(bars) {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("li");
    row.innerHTML = `<span>${digit}</span><span class="live-bar"></span><span></span>`;
    return row;
  });
  bars.replaceChildren(...rows);
  return (probabilities) => rows.forEach((row, digit) => {
    const share = probabilities?.[digit] ?? 0;
    row.style.setProperty("--share", share);
    row.lastChild.textContent = probabilities ? percent(share) : "–";
    row.classList.toggle("live-best", share > 0 && share === Math.max(...probabilities));
  });
}

/** A row for one layer: its name, its output's shape and a canvas for each of its maps. */
function createRow(name, shape) {
  const [maps, height, width] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const row = document.createElement("div");
  row.className = "live-layer";
  const text = shape.length === 3
    ? `${maps} ${maps === 1 ? "picture" : "maps"} of ${height} × ${width}` : `${width} numbers`;
  row.innerHTML = `<p>${name} <span>${written(shape)}</span></p>`
    + `<div class="live-maps" role="img" aria-label="${name}: ${text}"></div>`;
  const grid = row.lastChild;
  grid.style.setProperty("--maps", maps);
  grid.classList.add(shape.length === 1 ? "live-maps--row" : maps > 16 ? "live-maps--many" : "live-maps--few");
  const canvases = Array.from({ length: maps }, () => createCanvas(width, height));
  grid.append(...canvases);
  return { row, canvases };
}

/** Fill `host` with a row for each layer as soon as there are outputs; returns what shows them. */
export function createLayers(host, network) {
  let rows;
  return (outputs, colours) => {
    if (!rows) {
      rows = outputs.map(({ shape }, n) => createRow(describe(network.layers[n]), shape));
      host.replaceChildren(...rows.map(({ row }) => row));
    }
    rows.forEach(({ canvases }, n) => {
      const { data } = outputs[n], full = largest(data), each = data.length / canvases.length;
      canvases.forEach((canvas, map) =>
        paint(canvas, data.subarray(map * each, (map + 1) * each), full, colours));
    });
  };
}

/** Ask the network about an image: every layer's output, and the ten probabilities. */
export function ask(network, image) {
  const outputs = network.run(tensor([1, SIZE, SIZE], image));
  return { outputs, probabilities: softmax(outputs.at(-1).data) };
}
