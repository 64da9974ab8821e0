package dev.maxent.workload;

import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The inputs of a soft-value case: shape, what restricts and weights the columns, temperature, and
 * how Q is filled.
 *
 * @param rows rows
 * @param columns columns
 * @param heads Q heads
 * @param mask whether there is a mask
 * @param weights whether there are log-weights
 * @param temperatures one α; where {@code kind} is per row, rows take them in turn
 * @param kind where α lives
 * @param fill how Q is filled
 * @param poisoned whether excluded columns hold NaN and +∞, which must not be looked at
 */
record SoftShape(
    int rows,
    int columns,
    int heads,
    Layout mask,
    Layout weights,
    List<Float> temperatures,
    Kind kind,
    Data.Fill fill,
    boolean poisoned) {

  /** Per row, or shared by all rows. */
  enum Layout {
    NONE,
    ROWS,
    SHARED
  }

  /** Where the temperature lives. */
  enum Kind {
    CONSTANT,
    DEVICE,
    PER_ROW
  }

  private static final float DISCOUNT = 0.99f;

  static SoftShape of(int rows, int columns) {
    return new SoftShape(
        rows,
        columns,
        1,
        Layout.NONE,
        Layout.NONE,
        List.of(1f),
        Kind.CONSTANT,
        Data::normal,
        false);
  }

  SoftShape heads(int count) {
    return new SoftShape(rows, columns, count, mask, weights, temperatures, kind, fill, poisoned);
  }

  SoftShape mask(Layout layout) {
    return new SoftShape(rows, columns, heads, layout, weights, temperatures, kind, fill, poisoned);
  }

  SoftShape weights(Layout layout) {
    return new SoftShape(rows, columns, heads, mask, layout, temperatures, kind, fill, poisoned);
  }

  SoftShape temperature(Kind newKind, Float... values) {
    return new SoftShape(
        rows, columns, heads, mask, weights, List.of(values), newKind, fill, poisoned);
  }

  SoftShape temperature(float alpha) {
    return temperature(Kind.CONSTANT, alpha);
  }

  SoftShape fill(Data.Fill newFill) {
    return new SoftShape(
        rows, columns, heads, mask, weights, temperatures, kind, newFill, poisoned);
  }

  SoftShape poison() {
    return new SoftShape(rows, columns, heads, mask, weights, temperatures, kind, fill, true);
  }

  long size() {
    return (long) rows * columns;
  }

  /** Bytes of q, mask, log-weights and temperatures. */
  long bytes() {
    long bytes = 4L * heads * size();
    bytes += mask == Layout.ROWS ? size() : mask == Layout.SHARED ? columns : 0;
    bytes += weights == Layout.ROWS ? 4 * size() : weights == Layout.SHARED ? 4L * columns : 0;
    return bytes + (kind == Kind.PER_ROW ? 4L * rows : kind == Kind.DEVICE ? 4 : 0);
  }

  Inputs inputs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] q = new float[Math.toIntExact(heads * size())];
    if (columns > 0) {
      fill.fill(q, columns, random);
    }
    Inputs inputs =
        new Inputs().with("q", q).with("heads", heads).with("rows", rows).with("columns", columns);
    if (mask != Layout.NONE) {
      inputs.with("mask", maskOf(random));
    }
    if (weights != Layout.NONE) {
      inputs.with("logWeights", logWeights(random));
    }
    if (kind == Kind.CONSTANT) {
      inputs.with("alpha", (double) temperatures.getFirst());
    } else {
      float[] values = new float[kind == Kind.PER_ROW ? rows : 1];
      for (int i = 0; i < values.length; i++) {
        values[i] = temperatures.get(i % temperatures.size());
      }
      inputs.with(kind == Kind.PER_ROW ? "alphaPerRow" : "alphaOnDevice", values);
    }
    if (poisoned) {
      poison(inputs);
    }
    return inputs
        .with("upstream", Data.reals(rows, 1, random))
        .with("reward", Data.reals(rows, 1, random))
        .with("terminated", terminated(random))
        .with("discount", (double) DISCOUNT)
        .with("state", Data.state(random));
  }

  private byte[] maskOf(SplittableRandom random) {
    byte[] flags = Data.flags(mask == Layout.ROWS ? (int) size() : columns, random);
    for (int i = 0; i < flags.length && mask == Layout.ROWS; i++) {
      // Every seventh row is excluded altogether.
      flags[i] = i / columns % 7 == 3 ? 0 : flags[i];
    }
    return flags;
  }

  private float[] logWeights(SplittableRandom random) {
    float[] values = Data.reals(weights == Layout.ROWS ? (int) size() : columns, 1, random);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : values[i];
    }
    return values;
  }

  private byte[] terminated(SplittableRandom random) {
    byte[] flags = Data.flags(rows, random);
    for (int i = 0; i < rows; i++) {
      flags[i] = (byte) (flags[i] == 0 ? -1 : 0);
    }
    return flags;
  }

  private void poison(Inputs inputs) {
    SoftRows view = new SoftRows(inputs);
    float[] q = inputs.reals("q");
    for (int i = 0; i < q.length; i++) {
      int element = (int) (i % size());
      if (view.excluded(element / columns, element % columns)) {
        q[i] = i % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
      }
    }
  }

  static ActionValues actionValues(Session session) {
    Inputs inputs = session.inputs();
    return new ActionValues(
        session.input("q"),
        inputs.integer("heads"),
        inputs.integer("rows"),
        inputs.integer("columns"),
        session.optional("mask"),
        session.optional("logWeights"));
  }

  static Temperature temperature(Session session) {
    if (session.inputs().has("alphaPerRow")) {
      return Temperature.perRow(session.input("alphaPerRow"));
    }
    if (session.inputs().has("alphaOnDevice")) {
      return Temperature.onDevice(session.input("alphaOnDevice"));
    }
    return Temperature.of(session.inputs().number("alpha"));
  }
}
