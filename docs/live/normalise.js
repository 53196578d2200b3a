// Make of a drawing what the makers of MNIST made of a scanned digit: scaled to fit into a square
// of 20 x 20 pixels with its proportions kept, and laid into 28 x 28 pixels so that its centre of
// mass is the centre of the picture.

export const SIZE = 28;
const BOX = 20;

/** The rectangle that holds all ink, and the ink's centre of mass; null where there is none. */
function measure(ink, width, height) {
  let [left, right, top, bottom, mass, x, y] = [width, -1, height, -1, 0, 0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = ink[row * width + column];
      if (!value) continue;
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      mass += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  return mass ? { left, right, top, bottom, x: x / mass, y: y / mass } : null;
}

/** Ink in [0, 1], by rows, becomes the SIZE * SIZE numbers that the network sees. */
export function normalise(ink, width, height) {
  const image = new Float32Array(SIZE * SIZE), found = measure(ink, width, height);
  if (!found) return image;
  const { left, right, top, bottom, x, y } = found;
  const scale = BOX / Math.max(right - left + 1, bottom - top + 1);
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const value = ink[row * width + column];
      if (value) spread(image, value, SIZE / 2 + (column - x) * scale, SIZE / 2 + (row - y) * scale, scale);
    }
  return image.map((value) => Math.min(1, value));
}

/** Share the ink of a small square, `side` wide, among the pixels that it covers. */
function spread(image, value, left, top, side) {
  const [right, bottom] = [Math.min(SIZE, left + side), Math.min(SIZE, top + side)];
  for (let i = Math.max(0, Math.floor(top)); i < bottom; i++)
    for (let j = Math.max(0, Math.floor(left)); j < right; j++) {
      const high = Math.min(i + 1, bottom) - Math.max(i, top);
      const wide = Math.min(j + 1, right) - Math.max(j, left);
      image[i * SIZE + j] += value * high * wide;
    }
}
