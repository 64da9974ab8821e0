package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.ADDRESS;
import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.MEMORY;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Puts rows together with the Vector API. Each row has a loop over whole vectors, since a masked
 * store takes several times as long as a plain one, and a masked rest.
 */
final class VectorStaging implements StagingLoops {
  private static final VectorSpecies<Byte> FLAGS =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));
  private static final float EXCLUDED = Float.NEGATIVE_INFINITY;
  private static final long LANE_BITS = -1L >>> (64 - LANES);

  /**
   * Bits that a mask passes through, of which HotSpot must not know that they stay 0: it would join
   * toLong to fromLong, and JDK 25 does so wrongly on machines without registers for masks, where
   * no lane is excluded any more.
   */
  @SuppressWarnings("FieldMayBeFinal")
  private static long unknown = 0;

  private final Apart least = Apart.of(VectorStaging.class, "leastOfHeads");
  private final Apart admit = Apart.of(VectorStaging.class, "admitRows");
  private final Apart weigh = Apart.of(VectorStaging.class, "weighRows");
  private final Apart products = Apart.of(VectorStaging.class, "productsOfRows");
  private final Apart reduce = Apart.of(VectorLanes.class, "weighted");

  @Override
  public void admit(StagedRows rows) {
    if (rows.heads > 1) {
      least.run(rows);
    }
    if (rows.heads == 1 || rows.mask != null || rows.logWeights != null) {
      admit.run(rows);
    }
  }

  @Override
  public void weigh(StagedRows rows) {
    weigh.run(rows);
  }

  @Override
  public void sumProducts(StagedRows rows) {
    products.run(rows);
    reduce.run(rows.block.lanes, 0, rows.block, 0, 0);
  }

  /** out ← the minimum over the heads, which have no room between rows either. */
  static void leastOfHeads(StagedRows s) {
    long count = (long) s.rows * s.columns;
    long out = s.out.address();
    long q = s.q.address() + s.qAt;
    for (int head = 1; head < s.heads; head++) {
      // The first time from the first head, from then on in place.
      long from = head == 1 ? q : out;
      long other = q + head * s.headStep;
      long k = 0;
      for (; k + LANES <= count; k += LANES) {
        store(load(from + k * 4L).min(load(other + k * 4L)), out + k * 4L);
      }
      if (k < count) {
        VectorMask<Float> inside = VectorMath.inside((int) (count - k), 0);
        FloatVector v = load(from + k * 4L, inside).min(load(other + k * 4L, inside));
        v.intoMemorySegment(MEMORY, (out + k * 4L) & ADDRESS, ORDER, inside);
      }
    }
  }

  static void admitRows(StagedRows s) {
    int stretches = s.stretches();
    int columns = s.stretch();
    boolean masked = s.mask != null;
    boolean weighted = s.logWeights != null;
    long from = s.heads > 1 ? s.out.address() : s.q.address() + s.qAt;
    long mask = masked ? s.mask.address() + s.maskAt : 0;
    long weights = weighted ? s.logWeights.address() + s.weightsAt : 0;
    long out = s.out.address();
    for (int r = 0; r < stretches; r++) {
      int k = 0;
      for (; k + LANES <= columns; k += LANES) {
        long excluded = excluded(masked, mask + k, weighted, weights + k * 4L);
        FloatVector v = load(from + k * 4L).blend(EXCLUDED, VectorMask.fromLong(FLOATS, excluded));
        store(v, out + k * 4L);
      }
      if (k < columns) {
        long excluded = excluded(masked, mask + k, weighted, weights + k * 4L);
        FloatVector v = load(from + k * 4L).blend(EXCLUDED, VectorMask.fromLong(FLOATS, excluded));
        VectorMask<Float> inside = VectorMath.inside(columns, k);
        v.intoMemorySegment(MEMORY, (out + k * 4L) & ADDRESS, ORDER, inside);
      }
      from += columns * 4L;
      out += columns * 4L;
      mask += s.maskStep;
      weights += s.weightsStep;
    }
  }

  /**
   * Lanes whose mask is 0 or whose log-weight is −∞, as bits: a mask that comes out of a branch
   * would be an object. Reads whole vectors: arrays end in guard bytes. Bytes have no vector shape
   * of as many lanes as short float vectors.
   */
  private static long excluded(boolean masked, long mask, boolean weighted, long weights) {
    long excluded = 0;
    if (masked) {
      excluded = VectorMath.loadBytes(FLAGS, mask).compare(VectorOperators.EQ, (byte) 0).toLong();
    }
    if (weighted) {
      excluded |= load(weights).compare(VectorOperators.EQ, EXCLUDED).toLong();
    }
    return (excluded ^ unknown) & LANE_BITS;
  }

  /**
   * Lanes whose mask is 0. Where there are as many bytes as lanes, their mask is that of floats.
   */
  static VectorMask<Float> excluded(long mask) {
    return FLAGS.length() == LANES
        ? VectorMath.loadBytes(FLAGS, mask).compare(VectorOperators.EQ, (byte) 0).cast(FLOATS)
        : VectorMask.fromLong(FLOATS, excluded(true, mask, false, 0));
  }

  static void weighRows(StagedRows s) {
    int rows = s.rows;
    int columns = s.columns;
    float[] max = s.block.max;
    float[] factor = s.block.factor;
    boolean[] special = s.block.special;
    long weights = s.logWeights.address() + s.weightsAt;
    long out = s.out.address();
    long logits = out + s.logitsAt;
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector shift = FloatVector.broadcast(FLOATS, max[r]);
      FloatVector inverse = FloatVector.broadcast(FLOATS, factor[r]);
      // Holds the last log-weight of NaN or +∞ in each lane.
      FloatVector bad = zero;
      int k = 0;
      for (; k + LANES <= columns; k += LANES) {
        FloatVector w = load(weights + k * 4L);
        bad = w.blend(bad, w.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
        FloatVector q = load(out + k * 4L);
        FloatVector logit = q.sub(shift).fma(inverse, w);
        store(logit.blend(EXCLUDED, q.compare(VectorOperators.EQ, EXCLUDED)), logits + k * 4L);
      }
      if (k < columns) {
        VectorMask<Float> inside = VectorMath.inside(columns, k);
        FloatVector w = load(weights + k * 4L, inside);
        bad = w.blend(bad, w.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
        FloatVector q = load(out + k * 4L, inside);
        FloatVector logit = q.sub(shift).fma(inverse, w);
        logit = logit.blend(EXCLUDED, q.compare(VectorOperators.EQ, EXCLUDED));
        logit.intoMemorySegment(MEMORY, (logits + k * 4L) & ADDRESS, ORDER, inside);
      }
      special[r] |= !bad.compare(VectorOperators.EQ, zero).allTrue();
      out += columns * 4L;
      logits += columns * 4L;
      weights += s.weightsStep;
    }
  }

  /** One vector of sums per row, to the block's lanes. */
  static void productsOfRows(StagedRows s) {
    Block b = s.block;
    float[] base = b.base;
    float[] max = b.max;
    float[] scale = b.scale;
    float[] floor = b.floor;
    int rows = s.rows;
    int columns = s.columns;
    long out = s.out.address();
    long logits = out + s.logitsAt;
    long lanes = b.lanes;
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector sum = zero;
      for (int k = 0; k < columns; k += LANES) {
        // Beyond the row both are −∞, which adds 0.
        VectorMask<Float> inside = VectorMath.inside(columns, k);
        FloatVector d = load(logits + k * 4L, inside).sub(max[r]);
        d = VectorMath.clamp(d, FloatVector.broadcast(FLOATS, floor[r]));
        FloatVector e = VectorMath.power(d, FloatVector.broadcast(FLOATS, scale[r]));
        FloatVector q = load(out + k * 4L, inside);
        FloatVector above = q.sub(base[r]);
        sum = e.fma(above.blend(zero, q.compare(VectorOperators.EQ, EXCLUDED)), sum);
      }
      store(sum, lanes);
      lanes += BYTES;
      out += columns * 4L;
      logits += columns * 4L;
    }
  }
}
