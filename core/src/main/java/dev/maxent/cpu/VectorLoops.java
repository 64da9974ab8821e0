package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.LANES;
import static dev.maxent.cpu.VectorMath.ORDER;
import static dev.maxent.cpu.VectorMath.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
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
  private static final VectorMask<Float> ALL = FLOATS.maskAll(true);

  @Override
  public String description() {
    return "Vector API, " + LANES + " lanes";
  }

  private static VectorMask<Float> tail(int columns, int from) {
    return FLOATS.indexInRange(from, columns);
  }

  @Override
  public void maximum(MemorySegment q, long at, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    VectorLanes.fill(b.lanes, b.rows, Float.NEGATIVE_INFINITY);
    int k = 0;
    for (; k + 2 * LANES <= columns; k += 2 * LANES) {
      VectorSweeps.maximumOfTwo(q, at + k * 4L, stride, b.rows, b.lanes);
    }
    if (k + LANES <= columns) {
      VectorSweeps.maximum(q, at + k * 4L, stride, b.rows, b.lanes);
      k += LANES;
    }
    if (k < columns) {
      VectorSweeps.maximumTail(q, at + k * 4L, stride, b.rows, b.lanes, tail(columns, k));
    }
    VectorLanes.maximum(b.lanes, b.rows, b.max);
  }

  @Override
  public void sumExp(MemorySegment q, long at, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    VectorLanes.fill(b.lanes, b.rows, 0);
    int k = 0;
    for (; k + LANES <= columns; k += LANES) {
      VectorSweeps.sum(q, at + k * 4L, stride, b);
    }
    if (k < columns) {
      VectorSweeps.sumTail(q, at + k * 4L, stride, b, tail(columns, k));
    }
    VectorLanes.sum(b.lanes, b.rows, b.sum);
  }

  @Override
  public void sumExpWeighted(MemorySegment q, long at, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    VectorLanes.fill(b.lanes, b.rows, 0);
    VectorLanes.fill(b.lanes2, b.rows, 0);
    for (int k = 0; k < columns; k += LANES) {
      VectorSweeps.sumWeighted(q, at + k * 4L, stride, b, tail(columns, k));
    }
    VectorLanes.sum(b.lanes, b.rows, b.sum);
    VectorLanes.sum(b.lanes2, b.rows, b.weighted);
  }

  @Override
  public void storeExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    long stride = (long) columns * Float.BYTES;
    for (int k = 0; k < columns; k += LANES) {
      VectorSweeps.store(q, at + k * 4L, stride, b, out, outAt + k * 4L, tail(columns, k));
    }
  }

  @Override
  public void storeSumExp(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    long stride = (long) columns * Float.BYTES;
    VectorLanes.fill(b.lanes, b.rows, 0);
    VectorLanes.fill(b.lanes2, b.rows, 0);
    for (int k = 0; k < columns; k += LANES) {
      VectorSweeps.storeSum(q, at + k * 4L, stride, b, out, outAt + k * 4L, tail(columns, k));
    }
    VectorLanes.sum(b.lanes, b.rows, b.sum);
    VectorLanes.sum(b.lanes2, b.rows, b.weighted);
  }

  @Override
  public void multiply(MemorySegment out, long at, int columns, Block b) {
    long stride = (long) columns * Float.BYTES;
    for (int k = 0; k < columns; k += LANES) {
      VectorSweeps.multiply(out, at + k * 4L, stride, b, tail(columns, k));
    }
  }

  @Override
  public void storeLog(
      MemorySegment q, long at, int columns, Block b, MemorySegment out, long outAt) {
    long stride = (long) columns * Float.BYTES;
    for (int k = 0; k < columns; k += LANES) {
      VectorSweeps.storeLog(q, at + k * 4L, stride, b, out, outAt + k * 4L, tail(columns, k));
    }
  }

  @Override
  public void logarithm(Block b) {
    int half = LANES / 2;
    for (int r = 0; r < b.rows; r += LANES) {
      FloatVector sum = FloatVector.fromArray(FLOATS, b.sum, r);
      VectorMath.log((DoubleVector) sum.convertShape(VectorOperators.F2D, DOUBLES, 0))
          .intoArray(b.log, r);
      VectorMath.log((DoubleVector) sum.convertShape(VectorOperators.F2D, DOUBLES, 1))
          .intoArray(b.log, r + half);
    }
  }

  @Override
  public void minimum(MemorySegment q, long at, MemorySegment out, long outAt, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> mask = tail(count, k);
      FloatVector a = load(out, outAt + k * 4L, mask);
      FloatVector b = load(q, at + k * 4L, mask);
      a.min(b).intoMemorySegment(out, outAt + k * 4L, ORDER, mask);
    }
  }

  @Override
  public void exclude(
      MemorySegment mask, long maskAt, MemorySegment out, long outAt, int count) {
    for (int k = 0; k < count; k += LANES) {
      VectorMask<Float> inside = tail(count, k);
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
      VectorMask<Float> inside = tail(count, k);
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
      VectorMask<Float> inside = tail(count, k);
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
      FloatVector v = load(q, at + k * 4L, tail(columns, k));
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
      VectorMask<Float> inside = tail(count, k);
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
      VectorMask<Float> inside = tail(count, k);
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
}
