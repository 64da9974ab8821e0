package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

/**
 * The loops of {@link VectorSteinMutual}, chunk by chunk of sources and tile by tile of targets.
 */
final class VectorSteinMutualLoops implements SteinMutualLoops {
  private static final int WIDTH = VectorSteinLoops.WIDTH;
  private static final int SOURCES = VectorSteinMutual.SOURCES;

  private final VectorSteinLoops loops;
  private final Apart clear = Apart.of(VectorLanes.class, "fill");
  private final Apart squares = VectorSteinLoops.squaresOfFour();
  private final Apart kernels = Apart.of(VectorStein.class, "kernels");
  private final Apart sums = Apart.of(VectorSteinMutual.class, "sums");
  private final Apart fold = Apart.of(VectorSteinMutual.class, "fold");
  private final Apart settleTile = Apart.of(VectorSteinMutual.class, "settle");
  private final Apart scale = Apart.of(VectorSteinMutual.class, "scale");
  private final Apart trim = Apart.of(VectorSteinMutual.class, "trim");

  VectorSteinMutualLoops(VectorSteinLoops loops) {
    this.loops = loops;
  }

  @Override
  public int width() {
    return WIDTH;
  }

  @Override
  public long floats(int n, int d) {
    return (n + WIDTH - 1) / WIDTH * (3L * WIDTH * d);
  }

  @Override
  public void open(SteinBlock b) {
    long floats = (long) b.d * WIDTH;
    long own = (long) b.d * SOURCES * LANES;
    b.ownAt = VectorSteinLoops.place(b, MOST_TILES * floats + own);
    b.theirsAt = b.ownAt + own * 4L;
  }

  private static long tile(SteinBlock b, int tile) {
    return b.cloudAt + tile * (3L * b.d * (WIDTH * 4L));
  }

  @Override
  public void start(SteinBlock b, int first, int end) {
    long row = b.d * 4L;
    long rows = b.d * (WIDTH * 4L);
    for (int t = first; t < end; t++) {
      int from = t * WIDTH;
      int count = Math.min(WIDTH, b.n - from);
      long at = tile(b, t);
      loops.pack(b, b.x.address() + b.stateX + from * row, count, at);
      loops.pack(b, b.s.address() + b.stateX + from * row, count, at + rows);
      b.tileAt = at;
      scale.run(b);
      b.sumAt = at + 2 * rows;
      clear.fill(b.sumAt, 4 * b.d, 0);
      loops.stretch(b, from, count, count, false);
    }
    for (int t = first; t + 1 < end; t++) {
      meet(b, t, t + 1, t + 1, end);
      settle(b, t + 1, end);
    }
  }

  @Override
  public void meet(SteinBlock b, int first, int end, int firstThere, int endThere) {
    long rows = b.d * (WIDTH * 4L);
    clear.fill(b.theirsAt, (endThere - firstThere) * 4 * b.d, 0);
    b.groups = SOURCES / 4;
    b.kernels = SOURCES * 4;
    for (int from = first * WIDTH; from < end * WIDTH; from += SOURCES) {
      b.sourceAt = b.x.address() + b.stateX + from * (b.d * 4L);
      b.sourceTileAt = tile(b, from / WIDTH) + from % WIDTH * 4L;
      clear.fill(b.ownAt, SOURCES * b.d, 0);
      b.sumAt = b.theirsAt;
      for (int t = firstThere; t < endThere; t++) {
        b.tileAt = tile(b, t);
        squares.run(b);
        kernels.run(b);
        b.targets = b.n - t * WIDTH;
        if (b.targets < WIDTH) {
          trim.run(b);
        }
        sums.run(b);
        b.sumAt += rows;
      }
      fold.run(b);
    }
  }

  @Override
  public void settle(SteinBlock b, int firstThere, int endThere) {
    long rows = b.d * (WIDTH * 4L);
    b.sumAt = b.theirsAt;
    for (int t = firstThere; t < endThere; t++) {
      b.tileAt = tile(b, t);
      settleTile.run(b);
      b.sumAt += rows;
    }
  }

  @Override
  public void finish(SteinBlock b, int first, int end) {
    for (int t = first; t < end; t++) {
      b.tileAt = tile(b, t);
      int from = t * WIDTH;
      long sums = b.tileAt + 2L * b.d * (WIDTH * 4L);
      loops.unpack(b, sums, from, Math.min(WIDTH, b.n - from));
    }
  }
}
