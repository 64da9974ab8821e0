package dev.maxent.benchmarks.peers;

import dev.maxent.benchmarks.peers.TorchMedians.Way;
import dev.maxent.benchmarks.peers.TorchParticles.Distances;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** SVGD by whole matrices of distances, the way to say it in PyTorch's eager mode. */
final class SteinExpressions {
  private static final long[] LAST = {2};
  private static final long[] ALL = {1, 2};

  /** Single sets of more particles than this one have medians by {@link Way#PDIST}. */
  private static final long MANY = 1000;

  private final KernelCase kernelCase;
  private final Inputs inputs;
  private final List<TorchExpression> ways = new ArrayList<>();

  private SteinExpressions(KernelCase kernelCase, Inputs inputs) {
    this.kernelCase = kernelCase;
    this.inputs = inputs;
  }

  /** What follows from squared distances, which it may overwrite, and the bandwidth. */
  private interface Result {
    Tensor of(TorchParticles p, Tensor squares, Tensor h);
  }

  /** All ways to write a case; none if PyTorch has no words for it. */
  static List<TorchExpression> of(KernelCase kernelCase, Inputs inputs) {
    SteinExpressions of = new SteinExpressions(kernelCase, inputs);
    switch (kernelCase.operation()) {
      case "direction" -> of.fixed();
      case "direction+median" ->
          of.ruled(
              "direction",
              "K = exp(-D / h); (K @ (s - 2/h x) + 2/h x * K.sum(-1)) / n",
              SteinExpressions::direction);
      case "bandwidths" -> of.ruled("h", "h", (p, _, h) -> h.view(p.states));
      case "discrepancy" ->
          of.ruled(
              "discrepancy",
              "K = exp(-D / h); sums of K @ [s, x, 1] and K * D",
              SteinExpressions::discrepancy);
      default -> {
        return StepExpressions.of(kernelCase.operation(), inputs);
      }
    }
    return of.ways;
  }

  /** The bandwidth of the timed cases is d. */
  private void fixed() {
    for (Distances how : Distances.values()) {
      String text = "K = exp(-D / h); (K @ (s - 2/h x) + 2/h x * K.sum(-1)) / n; D = " + how.text;
      ways.add(
          TorchExpression.of(
              text,
              "direction",
              () -> {
                TorchParticles p = new TorchParticles(kernelCase, inputs);
                Tensor h = TorchTensors.of(new float[] {p.dimensions}, 1, 1, 1);
                return () -> new Tensor[] {direction(p, p.squares(how), h)};
              }));
    }
  }

  private void ruled(String output, String text, Result result) {
    String[] shape = kernelCase.name().split("/", -1)[2].split("x", -1);
    boolean many = shape[0].equals("1") && Long.parseLong(shape[1]) > MANY;
    for (Way way : many ? List.of(Way.PDIST) : List.of(Way.SORT, Way.TWICE, Way.NEXT)) {
      boolean alone = way == Way.PDIST && output.equals("h");
      for (Distances how : alone ? List.of(Distances.CDIST) : List.of(Distances.values())) {
        String said = text + (alone ? "" : "; D = " + how.text) + "; median by " + way.text;
        ways.add(
            TorchExpression.of(
                said,
                output,
                () -> {
                  TorchParticles p = new TorchParticles(kernelCase, inputs);
                  TorchMedians medians = new TorchMedians(p, way);
                  return () -> {
                    Tensor squares = alone ? null : p.squares(how);
                    Tensor h = medians.bandwidth(way, squares);
                    return new Tensor[] {result.of(p, squares, h)};
                  };
                }));
      }
    }
  }

  private static Tensor direction(TorchParticles p, Tensor squares, Tensor h) {
    Tensor k = squares.mul_(h.reciprocal().neg_()).exp_();
    Tensor pull = p.x.mul(h.reciprocal().mul_(new Scalar(2f)));
    Tensor sum = k.sum(LAST, true, null);
    return torch.baddbmm(pull.mul(sum), k, p.score.sub(pull)).div_(new Scalar((float) p.count));
  }

  /**
   * With row sums of K: Σ k s·s′ = Σ s·(K s), and Σ k δ·(s − s′) = 2 Σ [x·s (K 1) − s·(K x)], so
   * that the only matrix beside K is K ∘ D.
   */
  private static Tensor discrepancy(TorchParticles p, Tensor squares, Tensor h) {
    Tensor c = h.reciprocal().mul_(new Scalar(2f));
    Tensor k = squares.mul(h.reciprocal().neg_()).exp_();
    Tensor rows = k.bmm(p.beside(p.score, p.x, p.ones()));
    Tensor ks = rows.narrow(2, 0, p.dimensions);
    Tensor kx = rows.narrow(2, p.dimensions, p.dimensions);
    Tensor k1 = rows.narrow(2, 2 * p.dimensions, 1);
    Tensor drift = p.x.mul(k1).sub_(kx).mul_(c).mul_(new Scalar(2f));
    Tensor linear = p.score.mul(ks.add(drift)).sum(ALL);
    Tensor trace = k1.sum(ALL).mul(c.flatten()).mul_(new Scalar((float) p.dimensions));
    Tensor curve = k.mul_(squares).sum(ALL).mul_(c.square().flatten());
    return linear.add(trace).sub_(curve).div_(new Scalar((float) p.count * p.count));
  }
}
