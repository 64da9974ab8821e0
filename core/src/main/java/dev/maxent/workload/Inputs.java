package dev.maxent.workload;

import java.util.LinkedHashMap;
import java.util.Map;

/** The named host-side inputs of a case: arrays and numbers, in the order they were added. */
public final class Inputs {
  private final Map<String, Object> values = new LinkedHashMap<>();

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
    return Map.copyOf(values);
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

  private Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no input '" + name + "': there are " + values.keySet());
    }
    return value;
  }
}
