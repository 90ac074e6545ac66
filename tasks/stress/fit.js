'use strict';

/**
 * The slope by least squares, its standard error, and by what the samples are off the line.
 * @param {number[]} xs
 * @param {number[]} ys
 */
function fit(xs, ys) {
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((sum, x) => sum + (x - x0) ** 2, 0);
  const slope = xs.reduce((sum, x, i) => sum + (x - x0) * (ys[i] - y0), 0) / sxx;
  const rest = ys.reduce((sum, y, i) => sum + (y - y0 - slope * (xs[i] - x0)) ** 2, 0);
  const variance = rest / (xs.length - 2);
  return { mean: y0, slope, error: Math.sqrt(variance / sxx), off: Math.sqrt(variance) };
}

module.exports = { fit };
