// Changes to a picture, as the lesson's NumPy has them; pixels are red, green, blue in [0, 1].

/** What a draw holds: its smallest and largest value, and the value that changes nothing. */
export const RANGES = {
  flip: [0, 1, 0],
  zoom: [0.7, 1, 1],
  down: [-0.1, 0.1, 0],
  right: [-0.1, 0.1, 0],
  degrees: [-30, 30, 0],
  saturation: [0.7, 1.3, 1],
  contrast: [0.7, 1.3, 1],
  brightness: [0.8, 1.2, 1],
  blur: [0.01, 1, 0.01],
  row: [0, 1, 0.5],
  column: [0, 1, 0.5],
  erase: [0, 0.4, 0],
};
export const NOTHING = Object.fromEntries(
  Object.entries(RANGES).map(([name, [, , still]]) => [name, still]));
const GREY = [0.299, 0.587, 0.114];
const clip = (value, low, high) => Math.min(high, Math.max(low, value));

/** A random draw, each number within its range. */
export function draw(random = Math.random) {
  const entries = Object.entries(RANGES).map(([name, [low, high]]) =>
    [name, name === "flip" ? Math.round(random()) : low + random() * (high - low)]);
  return Object.fromEntries(entries);
}

/** Mirror, crop and turn in one change of coordinates. */
export function move({ data, height, width }, { flip, zoom, down, right, degrees }) {
  const moved = new Float64Array(data.length);
  const [cosine, sine] = [Math.cos, Math.sin].map((of) => of((degrees * Math.PI) / 180));
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const y = row - middleY, x = (1 - 2 * flip) * (column - middleX);
      const sourceY = zoom * (cosine * y - sine * x) + down * height + middleY;
      const sourceX = zoom * (sine * y + cosine * x) + right * width + middleX;
      sample(data, height, width, sourceY, sourceX, moved, 3 * (row * width + column));
    }
  }
  return { data: moved, height, width };
}

/** Read between the four nearest pixels; the picture's edges go on for ever. */
function sample(data, height, width, y, x, target, at) {
  const row = clip(y, 0, height - 1), column = clip(x, 0, width - 1);
  const top = Math.min(Math.floor(row), height - 2), left = Math.min(Math.floor(column), width - 2);
  const down = row - top, right = column - left;
  for (let c = 0; c < 3; c++) {
    const pixel = (i, j) => data[3 * ((top + i) * width + left + j) + c];
    const upper = pixel(0, 0) * (1 - right) + pixel(0, 1) * right;
    const lower = pixel(1, 0) * (1 - right) + pixel(1, 1) * right;
    target[at + c] = upper * (1 - down) + lower * down;
  }
}

/** Move each pixel from its grey, then from the mean grey, then from black. */
export function colour({ data, height, width }, { saturation, contrast, brightness }) {
  const count = height * width, changed = new Float64Array(data.length);
  const grey = Float64Array.from({ length: count }, (_, n) =>
    GREY.reduce((sum, weight, c) => sum + weight * data[3 * n + c], 0));
  const mean = grey.reduce((sum, value) => sum + value, 0) / count;
  for (let i = 0; i < data.length; i++) {
    const plain = grey[Math.floor(i / 3)];
    const vivid = plain + saturation * (data[i] - plain);
    changed[i] = clip(brightness * (mean + contrast * (vivid - mean)), 0, 1);
  }
  return { data: changed, height, width };
}

/** Average each pixel with its neighbours, first down, then across. */
export function soften({ data, height, width }, { blur }) {
  const steps = [-3, -2, -1, 0, 1, 2, 3];
  const raw = steps.map((step) => Math.exp(-(step ** 2) / (2 * blur ** 2)));
  const total = raw.reduce((sum, value) => sum + value);
  const weights = raw.map((value) => value / total);
  let from = data;
  for (const vertical of [true, false]) {
    const to = new Float64Array(data.length);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (const [n, step] of steps.entries()) {
          const y = vertical ? clip(row + step, 0, height - 1) : row;
          const x = vertical ? column : clip(column + step, 0, width - 1);
          for (let c = 0; c < 3; c++)
            to[3 * (row * width + column) + c] += weights[n] * from[3 * (y * width + x) + c];
        }
      }
    }
    from = to;
  }
  return { data: from, height, width };
}

/** Paint a grey square over a place. */
export function cover({ data, height, width }, { row, column, erase }) {
  const covered = Float64Array.from(data);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const inside = Math.abs(i + 0.5 - row * height) < (erase * height) / 2
        && Math.abs(j + 0.5 - column * width) < (erase * width) / 2;
      if (inside) covered.fill(0.5, 3 * (i * width + j), 3 * (i * width + j) + 3);
    }
  }
  return { data: covered, height, width };
}

/** All of it, in the lesson's order. */
export const change = (picture, numbers) =>
  cover(soften(colour(move(picture, numbers), numbers), numbers), numbers);
