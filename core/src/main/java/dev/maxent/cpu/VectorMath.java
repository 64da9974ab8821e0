package dev.maxent.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * What vector loops call: constants, memory, and the functions of {@link VectorFunctions}.
 *
 * <p>Methods of one or two arguments only forward, which takes at most six bytecodes, and what they
 * forward to is called nowhere else. HotSpot inlines a call that it has seen rarely, as on a branch
 * for masks that the first thousands of calls had none of, only if it is that short; what is not
 * inlined returns its vector on the heap, for good. Within a forward the next call is not rare.
 *
 * <p>The longest loops read the single floats that they broadcast before any vector. A call of the
 * Vector API makes some 450 nodes of HotSpot's graph, and from 18,000 on it inlines only what it
 * must and leaves the rest for later. Reading a float is a dozen calls, the last of which need not
 * be inlined: where the limit falls between them it stays a call in the loop, for good, around
 * which all vectors go to memory.
 */
final class VectorMath {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  static final int LANES = FLOATS.length();
  static final long BYTES = (long) LANES * Float.BYTES;
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Whether there are 32 vector registers, not 16: vectors of 16 floats come with as many. */
  static final boolean MANY_REGISTERS = LANES == 16;

  private VectorMath() {}

  /**
   * All of native memory, addressed by absolute addresses. Arrays and scratch are checked before a
   * loop starts; through their own segments each access would check bounds, liveness and access
   * mode again, some ten branches per vector.
   */
  @SuppressWarnings("restricted")
  static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /**
   * address &amp; ADDRESS is that address, as memory of a process lies below 2⁶². It tells HotSpot
   * so: within {@link #MEMORY} no check is left then, nor of what lies a known distance or some
   * masked {@link #STRIDE} further.
   */
  static final long ADDRESS = Long.MAX_VALUE >>> 1;

  /** The same for distances, which are not negative and below 2⁴⁰. */
  static final long STRIDE = (1L << 40) - 1;

  static FloatVector load(long address) {
    return VectorFunctions.loadFloats(address);
  }

  /**
   * Lanes beyond the mask are −∞. Where the machine has no masked load their memory is read all the
   * same: arrays end in guard bytes and scratch in spare ones, as long as a vector.
   */
  static FloatVector load(long address, VectorMask<Float> mask) {
    return VectorFunctions.loadFloats(address, mask);
  }

  /** All lanes hold the float there. */
  static FloatVector spread(long address) {
    return VectorFunctions.spread(address);
  }

  static IntVector loadInts(long address) {
    return VectorFunctions.loadInts(address);
  }

  static ByteVector loadBytes(VectorSpecies<Byte> species, long address) {
    return VectorFunctions.loadBytes(species, address);
  }

  static void store(Vector<?> v, long address) {
    VectorFunctions.store(v, address);
  }

  /** Too long to be inlined where calls are rare: not for branches. */
  static <E> void store(Vector<E> v, long address, VectorMask<E> mask) {
    v.intoMemorySegment(MEMORY, address & ADDRESS, ORDER, mask);
  }

  /** Lanes below count − from. */
  static VectorMask<Float> inside(int count, int from) {
    return VectorFunctions.inside(count, from);
  }

  /** The larger; a NaN in b is ignored. */
  static FloatVector larger(FloatVector a, FloatVector b) {
    return VectorFunctions.larger(a, b);
  }

  /** Lane i is lane lanes[i] of v. */
  static FloatVector swapped(FloatVector v, IntVector lanes) {
    return VectorFunctions.swapped(v, lanes);
  }

  /** d no lower than floor; NaN stays. */
  static FloatVector clamp(FloatVector d, FloatVector floor) {
    return VectorFunctions.clamp(d, floor);
  }

  /** 2^(d·scale), −127 ≤ d·scale ≤ 0 or NaN. */
  static FloatVector power(FloatVector d, FloatVector scale) {
    return VectorFunctions.power(d, scale);
  }

  /** e^d, d ≤ 0 or NaN. */
  static FloatVector exp(FloatVector d) {
    return VectorFunctions.exp(d);
  }

  /** Natural logarithm of normal positive doubles. */
  static DoubleVector log(DoubleVector x) {
    return VectorFunctions.log(x);
  }

  /** Natural logarithm of normal positive floats. */
  static FloatVector log(FloatVector x) {
    return VectorFunctions.log(x);
  }

  /** (⌊word / 2⁹⌋ + ½) · 2⁻²³. */
  static FloatVector uniform(IntVector words) {
    return VectorFunctions.uniform(words);
  }
}
