// Canvases for charts: as sharp as the screen, in the theme's colours, painted again when either
// changes; and numbers as people write them.

const SIGNS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** A power of ten: 10⁻⁹. */
export const power = (exponent) => `10${[...String(exponent)].map((sign) => SIGNS[sign]).join("")}`;

/** The size of a number in one or two digits: 0.53, 1,400, 2 × 10⁻⁹. */
export function written(value) {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (value >= 0.00095 && value < 9950) {
    const rounded = Number(value.toPrecision(2));
    return rounded >= 1000 ? rounded.toLocaleString("en") : String(rounded);
  }
  const [digits, exponent] = value.toExponential(0).split("e");
  return digits === "1" ? power(+exponent) : `${digits}\u00a0×\u00a0${power(+exponent)}`; // on one line
}

/**
 * Make a canvas, whose size the style sheet sets, a stage: `paint(context, width, height, colour)`
 * draws on it in the page's pixels, and colour("ink") is --live-ink. Returns what paints it again.
 */
export function createStage(canvas, { signal, paint }) {
  const context = canvas.getContext("2d");
  const repaint = () => {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || signal.aborted) return;
    const scale = devicePixelRatio || 1, style = getComputedStyle(canvas);
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = `${0.78 * parseFloat(style.fontSize)}px ${style.fontFamily}`;
    paint(context, width, height, (name) => style.getPropertyValue(`--live-${name}`).trim());
  };
  const sizes = new ResizeObserver(repaint), colours = new MutationObserver(repaint);
  sizes.observe(canvas);
  colours.observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    colours.disconnect();
  }, { once: true });
  return repaint;
}

/** Exponents of ten from `low` to `high` that are labelled on an axis: at most about `most`. */
export function decades(low, high, most = 6) {
  const step = [1, 2, 5, 10, 20, 50].find((each) => (high - low) / each <= most) ?? 100;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, n) => first + n * step);
}

const TURN = 2 * Math.PI;
const SHAPES = {
  circle: (path, x, y, r) => path.arc(x, y, r, 0, TURN),
  square: (path, x, y, r) => path.rect(x - r, y - r, 2 * r, 2 * r),
  triangle: (path, x, y, r) => polygon(path, [[x, y - 1.3 * r], [x + 1.2 * r, y + r], [x - 1.2 * r, y + r]]),
  diamond: (path, x, y, r) => polygon(path, [[x, y - 1.4 * r], [x + 1.4 * r, y], [x, y + 1.4 * r], [x - 1.4 * r, y]]),
};

function polygon(path, points) {
  points.forEach((point, n) => (n ? path.lineTo(...point) : path.moveTo(...point)));
  path.closePath();
}

/** Draw a filled mark with a thin edge, so that marks on one place can be told apart. */
export function mark(context, shape, x, y, radius, colour, edge) {
  context.beginPath();
  SHAPES[shape](context, x, y, radius);
  Object.assign(context, { fillStyle: colour, strokeStyle: edge, lineWidth: 1 });
  context.fill();
  context.stroke();
}

/** Draw a line through points; `dash` as canvases take it. */
export function line(context, points, colour, width = 1.5, dash = []) {
  if (!points.length) return;
  context.beginPath();
  points.forEach((point, n) => (n ? context.lineTo(...point) : context.moveTo(...point)));
  Object.assign(context, { strokeStyle: colour, lineWidth: width, lineJoin: "round" });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}
