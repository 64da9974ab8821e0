package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.DOUBLES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.INTS;
import static dev.maxent.cpu.VectorMath.LANES;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * What remains to be done with a block's sums, a vector of rows at a time, in float64 as {@link
 * SoftTask} does it row by row. Floats of half a vector widen to a whole one of doubles. Vectors
 * reach beyond the last row, where a block's arrays hold anything.
 */
final class VectorResults {
  /** As many floats as doubles fit a vector. */
  static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /** As many bytes as there are floats in a vector, if these are more than four. */
  private static final VectorSpecies<Byte> FLAGS =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

  private VectorResults() {}

  /**
   * log Σ e with the octaves that it was counted from, 1 / Σ e, V = max + α log Σ e, and whether a
   * row is special.
   */
  static void logarithm(long unused, long alsoUnused, Block b, long out, long inside) {
    int rows = b.rows;
    float[] sum = b.sum;
    float[] max = b.max;
    float[] factor = b.factor;
    float[] value = b.value;
    double[] alpha = b.alpha;
    double[] log = b.log;
    float[] octaves = b.octaves;
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector largest = FloatVector.broadcast(FLOATS, Block.LARGEST_MAX);
    DoubleVector ln2 = DoubleVector.broadcast(DOUBLES, Block.LN2);
    boolean odd = false;
    for (int r = 0; r < rows; r += LANES) {
      FloatVector s = FloatVector.fromArray(FLOATS, sum, r);
      one.div(s).intoArray(factor, r);
      odd |= s.compare(VectorOperators.NE, s).anyTrue();
      odd |= FloatVector.fromArray(FLOATS, max, r).compare(VectorOperators.GT, largest).anyTrue();
    }
    for (int r = 0; r < rows; r += ByteVector.SPECIES_PREFERRED.length()) {
      ByteVector special = ByteVector.fromBooleanArray(ByteVector.SPECIES_PREFERRED, b.special, r);
      odd |= special.compare(VectorOperators.NE, 0).anyTrue();
    }
    b.ordinary = !odd;
    for (int r = 0; r < rows; r += DOUBLES.length()) {
      DoubleVector s = (DoubleVector) FloatVector.fromArray(HALF, sum, r).castShape(DOUBLES, 0);
      DoubleVector m = (DoubleVector) FloatVector.fromArray(HALF, max, r).castShape(DOUBLES, 0);
      FloatVector o = FloatVector.fromArray(HALF, octaves, r);
      DoubleVector whole = (DoubleVector) o.castShape(DOUBLES, 0);
      DoubleVector l = whole.fma(ln2, VectorMath.log(s));
      FloatVector.zero(HALF).intoArray(octaves, r);
      l.intoArray(log, r);
      DoubleVector v = DoubleVector.fromArray(DOUBLES, alpha, r).fma(l, m);
      ((FloatVector) v.castShape(HALF, 0)).intoArray(value, r);
    }
  }

  /** H = log s − Σ π x. */
  static void entropies(long unused, long alsoUnused, Block b, long out, long inside) {
    int rows = b.rows;
    float[] weighted = b.weighted;
    float[] factor = b.factor;
    float[] value = b.value;
    double[] log = b.log;
    for (int r = 0; r < rows; r += DOUBLES.length()) {
      DoubleVector w =
          (DoubleVector) FloatVector.fromArray(HALF, weighted, r).castShape(DOUBLES, 0);
      DoubleVector f = (DoubleVector) FloatVector.fromArray(HALF, factor, r).castShape(DOUBLES, 0);
      DoubleVector h = DoubleVector.fromArray(DOUBLES, log, r).sub(w.mul(Block.LN2).mul(f));
      ((FloatVector) h.castShape(HALF, 0)).intoArray(value, r);
    }
  }

  /** r + γ V, or r where a row ended, whatever V is there. */
  static void targets(Block b, double discount) {
    int rows = b.rows;
    float[] value = b.value;
    float[] reward = b.reward;
    byte[] ended = b.flag;
    DoubleVector gamma = DoubleVector.broadcast(DOUBLES, discount);
    for (int r = 0; r < rows; r += DOUBLES.length()) {
      DoubleVector v = (DoubleVector) FloatVector.fromArray(HALF, value, r).castShape(DOUBLES, 0);
      DoubleVector w = (DoubleVector) FloatVector.fromArray(HALF, reward, r).castShape(DOUBLES, 0);
      ((FloatVector) v.fma(gamma, w).castShape(HALF, 0)).intoArray(value, r);
    }
    if (LANES < 8) {
      for (int r = 0; r < rows; r++) {
        value[r] = ended[r] != 0 ? reward[r] : value[r];
      }
      return;
    }
    for (int r = 0; r < rows; r += LANES) {
      IntVector e = (IntVector) ByteVector.fromArray(FLAGS, ended, r).castShape(INTS, 0);
      FloatVector.fromArray(FLOATS, value, r)
          .blend(
              FloatVector.fromArray(FLOATS, reward, r),
              e.compare(VectorOperators.NE, 0).cast(FLOATS))
          .intoArray(value, r);
    }
  }
}
