package dev.maxent.benchmarks.peers;

import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Particles and scores of a Stein case as tensors, states × particles × dimensions. */
final class TorchParticles {
  private static final long[] COORDINATES = {2};

  final long states;
  final long count;
  final long dimensions;
  final Tensor x;
  final Tensor score;
  private final Tensor ones;

  TorchParticles(KernelCase kernelCase, Inputs inputs) {
    String[] shape = kernelCase.name().split("/", -1)[2].split("x", -1);
    states = Long.parseLong(shape[0]);
    count = Long.parseLong(shape[1]);
    dimensions = Long.parseLong(shape[2]);
    x = TorchTensors.of(inputs.reals("x"), states, count, dimensions);
    score = TorchTensors.of(inputs.reals("score"), states, count, dimensions);
    ones = torch.ones(new long[] {states, count, 1}, new TensorOptions(torch.ScalarType.Float));
  }

  /** How squared distances are had. */
  enum Distances {
    CDIST("cdist(x, x)**2"),
    /** ‖x − y‖² = −2 x·y + ‖x‖² + ‖y‖² as one product of matrices. */
    PRODUCT("[-2x, |x|^2, 1] @ [x, 1, |x|^2].mT");

    final String text;

    Distances(String text) {
      this.text = text;
    }
  }

  /** Squared distances of all particles, states × particles × particles. */
  Tensor squares(Distances how) {
    if (how == Distances.CDIST) {
      return torch.cdist(x, x).square_();
    }
    Tensor norms = x.mul(x).sum(COORDINATES, true, null);
    return beside(x.mul(new Scalar(-2f)), norms, ones).bmm(beside(x, ones, norms).transpose(1, 2));
  }

  /** Joins columns. */
  Tensor beside(Tensor... columns) {
    return torch.cat(new TensorVector(columns), 2);
  }

  /** A column of ones. */
  Tensor ones() {
    return ones;
  }
}
