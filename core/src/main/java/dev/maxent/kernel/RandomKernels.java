package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.util.Objects;

/**
 * Random numbers and the index operations of a device-resident replay buffer. The generator is
 * Philox 4×32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405), see {@link RandomState} for the
 * counters: the same integers on every backend, and the same reals up to the rounding of logarithm
 * and cosine. Each drawing operation advances the state by one.
 *
 * <p>Errors are as in {@link SoftValueKernels}.
 */
public abstract class RandomKernels {
  private final Backend backend;

  /**
   * For subclasses.
   *
   * @param backend the backend that owns the arrays
   */
  protected RandomKernels(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /**
   * Random words: element i is word i of the draw.
   *
   * @param state the stream; advanced by one
   * @param words out: INT32, any length
   */
  public final void bits(RandomState state, DeviceArray words) {
    backend.enter();
    try {
      check(state);
      output(state, "words", words, INT32);
      launchBits(state, words);
    } finally {
      backend.exit();
    }
  }

  /**
   * Uniform numbers in (0, 1): u = (⌊word / 2⁹⌋ + ½) · 2⁻²³, exact in float32, never 0 or 1.
   *
   * @param state the stream; advanced by one
   * @param values out: REAL, any length
   */
  public final void uniform(RandomState state, DeviceArray values) {
    backend.enter();
    try {
      check(state);
      output(state, "values", values, REAL);
      launchUniform(state, values);
    } finally {
      backend.exit();
    }
  }

  /**
   * Standard normal numbers by Box and Muller (doi:10.1214/aoms/1177706645): words 2j and 2j + 1
   * become u and v as in {@link #uniform}; elements 2j and 2j + 1 are √(−2 log u) · cos 2πv and
   * √(−2 log u) · sin 2πv. The largest magnitude is √(48 log 2) ≈ 5.77.
   *
   * @param state the stream; advanced by one
   * @param values out: REAL, any length
   */
  public final void normal(RandomState state, DeviceArray values) {
    backend.enter();
    try {
      check(state);
      output(state, "values", values, REAL);
      launchNormal(state, values);
    } finally {
      backend.exit();
    }
  }

  /**
   * Indices drawn uniformly with replacement: ⌊word · bound / 2³²⌋. The bias of an index is below
   * bound · 2⁻³².
   *
   * @param state the stream; advanced by one
   * @param bound indices run from 0 to bound − 1; 1 or more
   * @param indices out: INT32, any length
   */
  public final void indices(RandomState state, int bound, DeviceArray indices) {
    backend.enter();
    try {
      check(state);
      Checks.size("bound", bound, 1);
      output(state, "indices", indices, INT32);
      launchIndices(state, bound, indices);
    } finally {
      backend.exit();
    }
  }

  /**
   * A stretch of a random permutation of 0 … size − 1, for minibatches without replacement. Each
   * element is computed alone, by a keyed bijection of {@code 2·h} bits with {@code 4^h ≥ size}
   * walked until it falls below size: a Feistel network (L, R) ← (R, L ⊕ F(R + key)) of six rounds,
   * with the draw's first six words as keys and MurmurHash3's 32-bit finaliser as F. Not every one
   * of the size! permutations can occur. Source: Mitchell et al. 2022, doi:10.1145/3510857.
   *
   * @param state the stream; advanced by one only if {@code advance}
   * @param size number of elements permuted, 1 or more
   * @param offset the position of the first element wanted; offset + length ≤ size
   * @param advance false to read further stretches of the same permutation afterwards
   * @param permutation out: INT32, the elements at offset … offset + length − 1
   */
  public final void permutation(
      RandomState state, int size, int offset, boolean advance, DeviceArray permutation) {
    backend.enter();
    try {
      check(state);
      Checks.size("size", size, 1);
      Checks.size("offset", offset, 0);
      output(state, "permutation", permutation, INT32);
      if (offset + permutation.length() > size) {
        throw new IllegalArgumentException(
            "offset + length = "
                + (offset + permutation.length())
                + ": expected at most size = "
                + size);
      }
      launchPermutation(state, size, offset, advance, permutation);
    } finally {
      backend.exit();
    }
  }

  /**
   * Gathers rows: target[i] = source[indices[i]]. A row whose index is out of range becomes NaN
   * (REAL), −1 (INT32) or 0 (BYTE).
   *
   * @param source any type, sourceRows × width
   * @param width elements per row, 1 or more
   * @param indices INT32, one per target row
   * @param target out: the type of source, indices × width
   */
  public final void gather(DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    backend.enter();
    try {
      checkRows("source", source, width, indices, "target", target);
      Checks.distinct("target", target, "indices", indices);
      launchGather(source, width, indices, target);
    } finally {
      backend.exit();
    }
  }

  /**
   * Scatters rows: target[indices[i]] = source[i]; other rows of target stay. A row whose index is
   * out of range is dropped. Indices must be distinct: of rows with the same index any may win.
   *
   * @param source any type, indices × width
   * @param width elements per row, 1 or more
   * @param indices INT32, one per source row
   * @param target out: the type of source, targetRows × width
   */
  public final void scatter(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target) {
    backend.enter();
    try {
      checkRows("target", target, width, indices, "source", source);
      Checks.distinct("target", target, "indices", indices);
      launchScatter(source, width, indices, target);
    } finally {
      backend.exit();
    }
  }

  private void check(RandomState state) {
    Checks.array(backend, "state", Objects.requireNonNull(state, "state").words(), INT32, 4);
  }

  private void output(RandomState state, String name, DeviceArray array, ElementType type) {
    Checks.array(backend, name, array, type, array == null ? 0 : array.length());
    Checks.distinct(name, array, "state", state.words());
  }

  private void checkRows(
      String tableName,
      DeviceArray table,
      int width,
      DeviceArray indices,
      String rowsName,
      DeviceArray rows) {
    Objects.requireNonNull(table, tableName);
    Objects.requireNonNull(indices, "indices");
    Checks.size("width", width, 1);
    Checks.array(backend, tableName, table, table.type(), table.length());
    if (table.length() % width != 0) {
      throw new IllegalArgumentException(
          tableName + " is " + table + ": expected a multiple of width = " + width);
    }
    Checks.array(backend, "indices", indices, INT32, indices.length());
    Checks.array(backend, rowsName, rows, table.type(), Checks.product(width, indices.length()));
    Checks.distinct(rowsName, rows, tableName, table);
  }

  /**
   * Hook of {@link #bits}.
   *
   * @param state checked; advance it
   * @param words out
   */
  protected abstract void launchBits(RandomState state, DeviceArray words);

  /**
   * Hook of {@link #uniform}.
   *
   * @param state checked; advance it
   * @param values out
   */
  protected abstract void launchUniform(RandomState state, DeviceArray values);

  /**
   * Hook of {@link #normal}.
   *
   * @param state checked; advance it
   * @param values out
   */
  protected abstract void launchNormal(RandomState state, DeviceArray values);

  /**
   * Hook of {@link #indices}.
   *
   * @param state checked; advance it
   * @param bound checked
   * @param indices out
   */
  protected abstract void launchIndices(RandomState state, int bound, DeviceArray indices);

  /**
   * Hook of {@link #permutation}.
   *
   * @param state checked; advance it if {@code advance}
   * @param size checked
   * @param offset checked
   * @param advance whether to advance
   * @param permutation out
   */
  protected abstract void launchPermutation(
      RandomState state, int size, int offset, boolean advance, DeviceArray permutation);

  /**
   * Hook of {@link #gather}.
   *
   * @param source checked
   * @param width checked
   * @param indices checked
   * @param target out
   */
  protected abstract void launchGather(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target);

  /**
   * Hook of {@link #scatter}.
   *
   * @param source checked
   * @param width checked
   * @param indices checked
   * @param target out
   */
  protected abstract void launchScatter(
      DeviceArray source, int width, DeviceArray indices, DeviceArray target);
}
