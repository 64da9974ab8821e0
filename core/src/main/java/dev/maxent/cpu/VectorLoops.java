package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The inner loops with the Vector API, at the machine's preferred vector length. */
final class VectorLoops implements Loops {
  private static final VectorSpecies<Byte> FLAGS =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));
  private static final long ALL = -1L >>> (64 - LANES);

  private final Apart maximum = Apart.of(VectorSweeps.class, "maximum");
  private final Apart maximumOfTwo = Apart.of(VectorSweeps.class, "maximumOfTwo");
  private final Apart sum = Apart.of(VectorSweeps.class, "sum");
  private final Apart sumOfTwo = Apart.of(VectorSweeps.class, "sumOfTwo");
  private final Apart sumWeighted = Apart.of(VectorSweeps.class, "sumWeighted");
  private final Apart store = Apart.of(VectorSweeps.class, "store");
  private final Apart storeSum = Apart.of(VectorSweeps.class, "storeSum");
  private final Apart multiply = Apart.of(VectorSweeps.class, "multiply");
  private final Apart storeLog = Apart.of(VectorSweeps.class, "storeLog");
  private final Apart reduceMaximum = Apart.of(VectorLanes.class, "maximum");
  private final Apart reduceSum = Apart.of(VectorLanes.class, "sum");
  private final Apart reduceWeighted = Apart.of(VectorLanes.class, "weighted");
  private final Apart log = Apart.of(VectorLanes.class, "logarithm");

  @Override
  public String description() {
    return "Vector API, " + LANES + " lanes";
  }

  /** Bits of the lanes that hold columns. */
  private static long inside(int columns, int from) {
    return ALL >>> Math.max(0, LANES - (columns - from));
  }

  /** Strips of two vectors while there are two, then of one. */
  private static void sweepByTwo(
      Apart two, Apart one, MemorySegment q, long at, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    int k = 0;
    for (; k + 2 * LANES <= columns; k += 2 * LANES) {
      two.run(q, at + k * 4L, stride, b, b.lanes, 0, ALL);
    }
    for (; k < columns; k += LANES) {
      one.run(q, at + k * 4L, stride, b, b.lanes, 0, inside(columns, k));
    }
  }

  /** Strips of one vector, with an output of the same shape. */
  private static void sweep(
      Apart loop,
      MemorySegment q,
      long at,
      int columns,
      Block b,
      MemorySegment out,
      long outAt) {
    long stride = (long) columns * Float.BYTES;
    for (int k = 0; k < columns; k += LANES) {
      loop.run(q, at + k * 4L, stride, b, out, outAt + k * 4L, inside(columns, k));
    }
  }

  @Override
  public void maximum(MemorySegment q, long at, int columns, Block b) {
    VectorLanes.fill(b.lanes, b.rows, Float.NEGATIVE_INFINITY);
    sweepByTwo(maximumOfTwo, maximum, q, at, columns, b);
    reduceMaximum.run(b.lanes, 0, 0, b, b.lanes, 0, ALL);
  }

  @Override
  public void sumExp(MemorySegment q, long at, int columns, Block b) {
    VectorLanes.fill(b.lanes, b.rows, 0);
    sweepByTwo(sumOfTwo, sum, q, at, columns, b);
    reduceSum.run(b.lanes, 0, 0, b, b.lanes, 0, ALL);
  }

  @Override
  public void sumExpWeighted(MemorySegment q, long at, int columns, Block b) {
    VectorLanes.fill(b.lanes, b.rows, 0);
    VectorLanes.fill(b.lanes2, b.rows, 0);
    long stride = (long) columns * Float.BYTES;
    for (int k = 0; k < columns; k += LANES) {
      sumWeighted.run(q, at + k * 4L, stride, b, b.lanes, 0, inside(columns, k));
    }
    reduceSum.run(b.lanes, 0, 0, b, b.lanes, 0, ALL);
    reduceWeighted.run(b.lanes2, 0, 0, b, b.lanes2, 0, ALL);
  }

  @Override
  public void storeExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    sweep(store, q, at, columns, b, out, outAt);
  }

  @Override
  public void storeSumExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    VectorLanes.fill(b.lanes, b.rows, 0);
    VectorLanes.fill(b.lanes2, b.rows, 0);
    sweep(storeSum, q, at, columns, b, out, outAt);
    reduceSum.run(b.lanes, 0, 0, b, b.lanes, 0, ALL);
    reduceWeighted.run(b.lanes2, 0, 0, b, b.lanes2, 0, ALL);
  }

  @Override
  public void multiply(MemorySegment out, long at, int columns, Block b) {
    sweep(multiply, out, at, columns, b, out, at);
  }

  @Override
  public void storeLog(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    sweep(storeLog, q, at, columns, b, out, outAt);
  }

  @Override
  public void logarithm(Block b) {
    log.run(b.lanes, 0, 0, b, b.lanes, 0, ALL);
  }

  @Override
  public void minimum(MemorySegment q, long at, MemorySegment out, long outAt, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> mask = VectorMask.fromLong(FLOATS, inside(count, k));
      FloatVector a = load(out, outAt + k * 4L, mask);
      FloatVector b = load(q, at + k * 4L, mask);
      a.min(b).intoMemorySegment(out, outAt + k * 4L, ORDER, mask);
    }
  }

  @Override
  public void exclude(
      MemorySegment mask, long maskAt, MemorySegment out, long outAt, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = VectorMask.fromLong(FLOATS, inside(count, k));
      VectorMask<Float> excluded =
          ByteVector.fromMemorySegment(FLAGS, mask, maskAt + k, ORDER, inside.cast(FLAGS))
              .compare(VectorOperators.EQ, (byte) 0)
              .cast(FLOATS);
      load(out, outAt + k * 4L, inside)
          .blend(Float.NEGATIVE_INFINITY, excluded)
          .intoMemorySegment(out, outAt + k * 4L, ORDER, inside);
    }
  }

  @Override
  public void excludeWeightless(
      MemorySegment logWeights, long weightsAt, MemorySegment out, long outAt, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = VectorMask.fromLong(FLOATS, inside(count, k));
      VectorMask<Float> excluded =
          load(logWeights, weightsAt + k * 4L, inside)
              .compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY);
      load(out, outAt + k * 4L, inside)
          .blend(Float.NEGATIVE_INFINITY, excluded)
          .intoMemorySegment(out, outAt + k * 4L, ORDER, inside);
    }
  }

  @Override
  public void weigh(
      MemorySegment logWeights,
      long weightsAt,
      float max,
      float inverse,
      MemorySegment out,
      long outAt,
      int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = VectorMask.fromLong(FLOATS, inside(count, k));
      FloatVector q = load(out, outAt + k * 4L, inside);
      VectorMask<Float> excluded = q.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY);
      FloatVector weight = load(logWeights, weightsAt + k * 4L, inside);
      q.sub(max)
          .mul(inverse)
          .add(weight)
          .blend(Float.NEGATIVE_INFINITY, excluded)
          .intoMemorySegment(out, outAt + k * 4L, ORDER, inside);
    }
  }

  @Override
  public int argMax(MemorySegment q, long at, int columns) {
    FloatVector best = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    IntVector index = IntVector.broadcast(VectorMath.INTS, -1);
    IntVector here = IntVector.broadcast(VectorMath.INTS, 0).addIndex(1);
    VectorMask<Float> nan = FLOATS.maskAll(false);
    for (int k = 0; k < columns; k += LANES) {
      FloatVector v = load(q, at + k * 4L, VectorMask.fromLong(FLOATS, inside(columns, k)));
      VectorMask<Float> larger = v.compare(VectorOperators.GT, best);
      best = best.blend(v, larger);
      index = index.blend(here, larger.cast(VectorMath.INTS));
      nan = nan.or(v.compare(VectorOperators.NE, v));
      here = here.add(LANES);
    }
    if (nan.anyTrue()) {
      return -1;
    }
    float max = best.reduceLanes(VectorOperators.MAX);
    if (max == Float.NEGATIVE_INFINITY) {
      return -1;
    }
    VectorMask<Float> winners = best.compare(VectorOperators.EQ, max);
    return index.reduceLanes(VectorOperators.MIN, winners.cast(VectorMath.INTS));
  }

  @Override
  public void words(
      long seed, long counter, long first, int blocks, MemorySegment out, long outAt) {
    VectorRandom.words(seed, counter, first, blocks, out, outAt);
  }

  @Override
  public void uniform(MemorySegment words, long at, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = VectorMask.fromLong(FLOATS, inside(count, k));
      VectorMath.uniform(VectorRandom.load(words, at + k * 4L, inside))
          .intoMemorySegment(words, at + k * 4L, ORDER, inside);
    }
  }

  @Override
  public void normal(MemorySegment words, long at, int count) {
    VectorRandom.normal(words, at, count);
  }

  @Override
  public void perturb(
      MemorySegment q,
      long at,
      float max,
      float inverse,
      MemorySegment words,
      long wordsAt,
      int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = VectorMask.fromLong(FLOATS, inside(count, k));
      FloatVector u =
          VectorMath.uniform(VectorRandom.load(words, wordsAt + k * 4L, inside));
      FloatVector noise = VectorMath.log(VectorMath.log(u).neg());
      load(q, at + k * 4L, inside)
          .sub(max)
          .mul(inverse)
          .sub(noise)
          .intoMemorySegment(words, wordsAt + k * 4L, ORDER, inside);
    }
  }

  @Override
  public void readBytes(MemorySegment source, long from, long to) {
    VectorCeilings.readBytes(source, from, to);
  }

  @Override
  public void multiplyAdd(long repeats) {
    VectorCeilings.multiplyAdd(repeats);
  }

  @Override
  public int flopsPerRepeat() {
    return VectorCeilings.FLOPS_PER_REPEAT;
  }
}
