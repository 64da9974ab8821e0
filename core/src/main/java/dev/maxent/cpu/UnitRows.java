package dev.maxent.cpu;

/** Rows of units of one layer, for {@link NetworkLoops}; offsets and strides count floats. */
final class UnitRows {
  /** Rows that {@link NetworkLoops#dot} takes at once. */
  static final int ROWS = 64;

  /** Numbers per row at {@link #scale}. */
  static final int NORM = 4;

  Floats in;
  int rows;
  int width;
  int stride;

  /** Sums z. */
  long z;

  /** Activations h. */
  long h;

  /** f′(z). */
  long slopes;

  /** δ, the gradient by z; its rows have their own stride in {@link NetworkLoops#sumWeighted}. */
  long delta;

  int deltaStride;
  int column;

  /** Normalised sums, and {@value #NORM} numbers per row of which the first is its scale. */
  long normal;

  long scale;

  /** Gain and shift, or the vector of a dot product. */
  Floats given;

  long gain;
  long shift;
  long vector;

  /** Where sums over rows go, and whether they are added to what is there. */
  Floats sumsIn;

  long sums;
  boolean add;

  /** Room for {@link NetworkLoops#dot}, whose results are the block's sums. */
  Block block;

  // For the vector loops: addresses.
  long zAt;
  long hAt;
  long slopesAt;
  long deltaAt;
  long normalAt;
  long scaleAt;
  long gainAt;
  long shiftAt;
  long vectorAt;
  long sumsAt;
}
