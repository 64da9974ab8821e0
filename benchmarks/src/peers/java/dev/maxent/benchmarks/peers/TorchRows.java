package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The inputs of a soft-value case as tensors. What a case does not have is left out of the
 * expressions, a temperature of 1 too: nobody would write it, and each factor is a pass over q.
 */
final class TorchRows {
  final long rows;
  final long columns;
  private final Tensor[] heads;
  private final Tensor forbidden;
  private final Tensor logWeights;
  private final Scalar alpha;
  private final Tensor alphas;
  private final Tensor alphaColumn;
  private final Scalar minusInfinity = new Scalar(Float.NEGATIVE_INFINITY);

  TorchRows(Inputs inputs) {
    rows = inputs.integer("rows");
    columns = inputs.integer("columns");
    int size = Math.toIntExact(rows * columns);
    float[] q = inputs.reals("q");
    heads = new Tensor[inputs.integer("heads")];
    Arrays.setAll(
        heads,
        i ->
            TorchTensors.of(
                heads.length == 1 ? q : Arrays.copyOfRange(q, i * size, (i + 1) * size),
                rows,
                columns));
    forbidden =
        inputs.has("mask")
            ? TorchTensors.zeros(inputs.bytes("mask"), shape(inputs.bytes("mask").length))
            : null;
    logWeights =
        inputs.has("logWeights")
            ? TorchTensors.of(inputs.reals("logWeights"), shape(inputs.reals("logWeights").length))
            : null;
    if (inputs.has("alpha")) {
      double value = inputs.number("alpha");
      alpha = value == 1 ? null : new Scalar(value);
      alphas = null;
      alphaColumn = null;
    } else {
      float[] values = inputs.reals(inputs.has("alphaPerRow") ? "alphaPerRow" : "alphaOnDevice");
      alpha = null;
      alphas = TorchTensors.of(values, values.length);
      alphaColumn = alphas.unsqueeze(1);
    }
  }

  private long[] shape(int length) {
    return length == columns ? new long[] {columns} : new long[] {rows, columns};
  }

  /** Q, the minimum of all heads. */
  Tensor q() {
    Tensor least = heads[0];
    for (int i = 1; i < heads.length; i++) {
      least = least.minimum(heads[i]);
    }
    return least;
  }

  /** The logits of Q: divided by the temperature, weighted, masked. */
  Tensor logits(Tensor q) {
    Tensor x = q;
    if (alpha != null) {
      x = x.div(alpha);
    } else if (alphas != null) {
      x = x.div(alphaColumn);
    }
    if (logWeights != null) {
      x = x.add(logWeights);
    }
    return masked(x);
  }

  /** The same with −∞ in excluded columns. */
  Tensor masked(Tensor x) {
    return forbidden == null ? x : x.masked_fill(forbidden, minusInfinity);
  }

  /** A value per row times the temperature. */
  Tensor scaled(Tensor perRow) {
    if (alpha != null) {
      return perRow.mul(alpha);
    }
    return alphas == null ? perRow : perRow.mul(alphas);
  }
}
