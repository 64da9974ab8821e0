package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies between Java arrays and tensors. */
final class TorchTensors {
  private TorchTensors() {}

  /** A tensor that owns its memory. */
  static Tensor of(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** A real input as one row. */
  static Tensor flat(Inputs inputs, String name) {
    return of(inputs.reals(name), inputs.reals(name).length);
  }

  /** A tensor of 32-bit integers that owns its memory. */
  static Tensor of(int[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  /** A boolean tensor, true where the byte is 0. */
  static Tensor zeros(byte[] values, long... shape) {
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values[i] == 0;
    }
    return Tensor.create(flags, shape);
  }

  /** A tensor of floats, 0 where the byte is 0, else 1. */
  static Tensor ones(byte[] values, long... shape) {
    float[] ones = new float[values.length];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = values[i] == 0 ? 0 : 1;
    }
    return of(ones, shape);
  }

  /** The values of a tensor of any type. */
  static double[] toDoubles(Tensor tensor) {
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(true)) {
      Tensor plain = tensor.to(ScalarType.Double).contiguous();
      double[] values = new double[Math.toIntExact(plain.numel())];
      new DoublePointer(plain.data_ptr()).get(values);
      return values;
    }
  }
}
