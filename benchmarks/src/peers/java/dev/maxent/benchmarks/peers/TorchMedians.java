package dev.maxent.benchmarks.peers;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The bandwidth of Liu and Wang, median(distance of pairs)² / log n, the mean of two in the middle
 * for an even number. {@code median} gives the lower one, so each way takes two order statistics,
 * but for {@link Way#PDIST}: among millions of pairs the next one is the same to six digits.
 */
final class TorchMedians {

  /** How the median is had. */
  enum Way {
    SORT("sort of the pairs"),
    /** The upper one is the lower one of the negatives. */
    TWICE("median of the pairs, twice"),
    /** The upper one is the least above the lower one, unless they are equal. */
    NEXT("median of the pairs and the least above"),
    /** Of one set with many particles; distances are computed again. */
    PDIST("pdist(x).median()");

    final String text;

    Way(String text) {
      this.text = text;
    }
  }

  private static final long[] ROWS = {1};

  private final TorchParticles particles;
  private final long pairs;
  private final boolean odd;
  private final Tensor indices;
  private final Scalar perLog;

  TorchMedians(TorchParticles particles, Way way) {
    this.particles = particles;
    long n = particles.count;
    pairs = n * (n - 1) / 2;
    odd = pairs % 2 == 1;
    perLog = new Scalar((float) (1 / Math.log((double) n)));
    indices = way == Way.PDIST ? null : pairIndices(Math.toIntExact(n));
  }

  private static Tensor pairIndices(int n) {
    int[] flat = new int[n * (n - 1) / 2];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        flat[at++] = i * n + j;
      }
    }
    return TorchTensors.of(flat, flat.length);
  }

  /** h, states × 1 × 1. */
  Tensor bandwidth(Way way, Tensor squares) {
    Tensor distance =
        switch (way) {
          case PDIST -> torch.pdist(particles.x.squeeze(0)).median();
          case SORT -> {
            Tensor sorted = of(squares).sort().get0();
            yield middle(sorted.select(1, (pairs - 1) / 2), sorted.select(1, pairs / 2));
          }
          case TWICE -> {
            Tensor some = of(squares);
            yield middle(some.median(1).get0(), some.neg().median(1).get0().neg());
          }
          case NEXT -> {
            Tensor some = of(squares);
            Tensor low = some.median(1, true).get0();
            Scalar none = new Scalar(Float.POSITIVE_INFINITY);
            Tensor high = odd ? low : some.masked_fill_(some.le(low), none).amin(ROWS, true);
            yield middle(low, high);
          }
        };
    return distance.square().mul(perLog).view(particles.states, 1, 1);
  }

  private Tensor of(Tensor squares) {
    return squares.flatten(1, 2).index_select(1, indices);
  }

  /** The mean of two distances whose squares are given. */
  private static Tensor middle(Tensor low, Tensor high) {
    return low.sqrt().add(high.sqrt()).mul_(new Scalar(0.5f));
  }
}
