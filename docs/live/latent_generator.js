// The generator of the lesson on adversarial networks, and the walks through its latent space.
import { layers, readSafetensors, tensor, written } from "./nn.js";

export const SIZE = 28; // pixels along an edge of a picture
export const LONGITUDE = 90, LATITUDE = 60; // degrees to either side that a walk may go

/**
 * Stamp kernels (in, out, k, l) onto a canvas, one for each number of an image (in, rows, columns):
 * `stride` apart, added up where they overlap, and `padding` cut off at the border.
 */
export function transposedConvolution(image, { weight, bias, stride = 2, padding = 1 }) {
  const [depth, rows, columns] = image.shape, [inputs, outputs, k, l] = weight.shape;
  if (depth !== inputs)
    throw new Error(`its kernels stamp ${inputs} channels, but the image is ${written(image.shape)}`);
  const height = (rows - 1) * stride + k - 2 * padding, width = (columns - 1) * stride + l - 2 * padding;
  const result = tensor([outputs, height, width]);
  for (let o = 0; o < outputs; o++) result.data.fill(bias.data[o], o * height * width, (o + 1) * height * width);
  for (let c = 0; c < depth; c++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const value = image.data[(c * rows + i) * columns + j];
        if (value === 0) continue; // the rectifier leaves many
        for (let o = 0; o < outputs; o++)
          for (let u = 0; u < k; u++) {
            const y = i * stride + u - padding;
            if (y < 0 || y >= height) continue;
            for (let v = 0; v < l; v++) {
              const x = j * stride + v - padding;
              if (x >= 0 && x < width)
                result.data[(o * height + y) * width + x] += value * weight.data[((c * outputs + o) * k + u) * l + v];
            }
          }
      }
  return result;
}

/** A generator from the bytes of its .safetensors file, whose metadata say how much noise it takes. */
export class Generator {
  constructor(buffer) {
    const { metadata, tensors } = readSafetensors(buffer);
    this.latent = Number(metadata.latent);
    const part = (name) => ({ weight: tensors[`${name}.weight`], bias: tensors[`${name}.bias`] });
    [this.dense, this.first, this.second] = ["dense", "first", "second"].map(part);
    if (!this.dense.weight || this.dense.weight.shape[1] !== this.latent)
      throw new Error(`a generator for ${metadata.latent} numbers needs dense weights for as many`);
  }

  /** The picture, SIZE * SIZE numbers in [0, 1], of a point in latent space. */
  draw(point) {
    const dense = layers.relu(layers.linear(tensor([this.latent], Float32Array.from(point)), this.dense));
    const image = tensor([this.first.weight.shape[0], 7, 7], dense.data);
    const last = transposedConvolution(layers.relu(transposedConvolution(image, this.first)), this.second);
    return last.data.map((score) => 1 / (1 + Math.exp(-score)));
  }
}

/** Random numbers, about normal: each is the sum of twelve even ones. The same for a seed everywhere. */
function createNormal(seed) {
  let state = (seed + 1) * 7919;
  const even = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return () => Array.from({ length: 12 }, even).reduce((sum, value) => sum + value) - 6;
}

const product = (a, b) => a.reduce((sum, value, n) => sum + value * b[n], 0);

/** Three directions in latent space, each of length 1 and square to the others. */
export function createDirections(seed, latent) {
  const normal = createNormal(seed), found = [];
  while (found.length < 3) {
    let next = Array.from({ length: latent }, normal);
    for (const each of found) {
      const share = product(next, each);
      next = next.map((value, n) => value - share * each[n]);
    }
    const length = Math.sqrt(product(next, next));
    found.push(next.map((value) => value / length));
  }
  return found;
}

/** The point on the sphere of the usual length, the root of the dimensions, at these degrees. */
export function pointAt(directions, longitude, latitude) {
  const [a, b] = [longitude, latitude].map((degrees) => (degrees * Math.PI) / 180);
  const parts = [Math.cos(a) * Math.cos(b), Math.sin(a) * Math.cos(b), Math.sin(b)];
  const length = Math.sqrt(directions[0].length);
  return directions[0].map((_, n) => length * directions.reduce((sum, each, d) => sum + parts[d] * each[n], 0));
}
