package dev.maxent.workload;

import dev.maxent.reference.SoftRow;

/** The rows of a soft-value case as the host sees them, for computing conditions. */
final class SoftRows {
  private final float[] q;
  private final byte[] mask;
  private final float[] logWeights;
  private final Inputs inputs;
  private final int heads;
  private final int rows;
  private final int columns;

  SoftRows(Inputs inputs) {
    this.inputs = inputs;
    q = inputs.reals("q");
    heads = inputs.integer("heads");
    rows = inputs.integer("rows");
    columns = inputs.integer("columns");
    mask = inputs.has("mask") ? inputs.bytes("mask") : null;
    logWeights = inputs.has("logWeights") ? inputs.reals("logWeights") : null;
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  double alpha(int row) {
    if (inputs.has("alphaPerRow")) {
      return inputs.reals("alphaPerRow")[row];
    }
    return inputs.has("alphaOnDevice") ? inputs.reals("alphaOnDevice")[0] : inputs.number("alpha");
  }

  boolean excluded(int row, int column) {
    return (mask != null && mask[mask.length == columns ? column : row * columns + column] == 0)
        || logWeight(row, column) == Double.NEGATIVE_INFINITY;
  }

  double logWeight(int row, int column) {
    return logWeights == null
        ? 0
        : logWeights[logWeights.length == columns ? column : row * columns + column];
  }

  /** The minimum over the heads. */
  double q(int row, int column) {
    double least = Double.POSITIVE_INFINITY;
    for (int head = 0; head < heads; head++) {
      least = Math.min(least, q[(head * rows + row) * columns + column]);
    }
    return least;
  }

  /** Fills and solves a row. */
  SoftRow solve(SoftRow target, int row) {
    target.begin(columns);
    for (int k = 0; k < columns; k++) {
      if (excluded(row, k)) {
        target.exclude(k);
      } else {
        target.include(k, q(row, k), logWeight(row, k));
      }
    }
    return target.solve(alpha(row));
  }
}
