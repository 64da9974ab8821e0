// Layer norm of one row in local memory, whose units lie `step` apart.

// z <- (z - mean) / deviation. Returns the deviation.
INLINE float normalise_units(__local float *z, uint step, uint width) {
  Wide total = wide(0, 0);
  for (uint k = 0; k < width; k++) {
    total = plus(total, z[k * step]);
  }
  float mean = quotient(total.x, total.y, (float)width);
  Wide squares = wide(0, 0);
  for (uint k = 0; k < width; k++) {
    float d = z[k * step] - mean;
    squares = plus(squares, d * d);
  }
  float deviation = sqrt((squares.x + squares.y) / (float)width + 1e-5f);
  for (uint k = 0; k < width; k++) {
    z[k * step] = (z[k * step] - mean) / deviation;
  }
  return deviation;
}

// With d = delta * gain: n <- (d - mean d - n * mean(d n)) / deviation.
INLINE void norm_units_back(__local const float *delta, __local float *n, uint step, uint width,
                            __global const float *gain, float deviation) {
  Wide total = wide(0, 0);
  Wide along = wide(0, 0);
  for (uint k = 0; k < width; k++) {
    float d = delta[k * step] * gain[k];
    total = plus(total, d);
    along = plus(along, d * n[k * step]);
  }
  float mean = (total.x + total.y) / (float)width;
  float slope = (along.x + along.y) / (float)width;
  for (uint k = 0; k < width; k++) {
    float d = delta[k * step] * gain[k];
    n[k * step] = (d - mean - n[k * step] * slope) / deviation;
  }
}
