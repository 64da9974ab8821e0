package dev.maxent.workload;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The named host-side inputs of a case: arrays and numbers, in the order they were added. */
public final class Inputs {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<Class<?>, Object> derived = new LinkedHashMap<>();

  /** Nothing yet. */
  public Inputs() {}

  /**
   * Adds an input.
   *
   * @param name its name
   * @param value a float[], int[], byte[], Double or Integer
   * @return this
   */
  public Inputs with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /**
   * Whether there is such an input.
   *
   * @param name its name
   * @return true if it was added
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * All inputs.
   *
   * @return name to value, in the order they were added
   */
  public Map<String, Object> all() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * A REAL array.
   *
   * @param name its name
   * @return the values, not a copy
   */
  public float[] reals(String name) {
    return (float[]) get(name);
  }

  /**
   * An INT32 array.
   *
   * @param name its name
   * @return the values, not a copy
   */
  public int[] ints(String name) {
    return (int[]) get(name);
  }

  /**
   * A BYTE array.
   *
   * @param name its name
   * @return the values, not a copy
   */
  public byte[] bytes(String name) {
    return (byte[]) get(name);
  }

  /**
   * A number.
   *
   * @param name its name
   * @return its value
   */
  public double number(String name) {
    return ((Number) get(name)).doubleValue();
  }

  /**
   * A whole number.
   *
   * @param name its name
   * @return its value
   */
  public int integer(String name) {
    return ((Number) get(name)).intValue();
  }

  /**
   * Something computed from these inputs once, for example the condition of each row.
   *
   * @param type what is computed
   * @param compute computes it on first use
   * @param <T> its type
   * @return the result of the first call
   */
  public <T> T derive(Class<T> type, Function<Inputs, T> compute) {
    synchronized (derived) {
      return type.cast(derived.computeIfAbsent(type, _ -> compute.apply(this)));
    }
  }

  private Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no input '" + name + "': there are " + values.keySet());
    }
    return value;
  }
}
