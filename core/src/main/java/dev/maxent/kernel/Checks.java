package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.util.Objects;

/**
 * The argument checks that all kernel families share; each message names argument, is and should.
 */
@SuppressWarnings("ReferenceEquality") // backends and arrays are equal only to themselves
final class Checks {
  private Checks() {}

  static void size(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " = " + value + ": expected " + least + " or more");
    }
  }

  static void number(String name, double value, boolean inRange, String expected) {
    if (!inRange) {
      throw new IllegalArgumentException(name + " = " + value + ": expected " + expected);
    }
  }

  /** A length that saturates instead of overflowing, so that the message can show what is there. */
  static long product(int factor, long size) {
    long high = Math.multiplyHigh(factor, size);
    return high == 0 && factor * size >= 0 ? factor * size : Long.MAX_VALUE;
  }

  static void discount(double discount) {
    if (!(discount >= 0 && discount <= 1)) {
      throw new IllegalArgumentException(
          "discount = " + discount + ": expected a number from 0 to 1");
    }
  }

  static void array(
      Backend backend, String name, DeviceArray array, ElementType type, long length) {
    if (array == null) {
      throw new IllegalArgumentException(
          name + " is null: expected " + type + "[" + length + "] of " + backend.info().id());
    }
    if (array.backend() != backend) {
      throw new IllegalArgumentException(
          name
              + " is "
              + array
              + (array.backend().info().id().equals(backend.info().id()) ? ", opened apart" : "")
              + ": expected an array of this backend, "
              + backend.info().id());
    }
    if (array.isClosed()) {
      throw new IllegalStateException(name + " is closed: " + array);
    }
    if (array.type() != type || array.length() != length) {
      throw new IllegalArgumentException(
          name + " is " + array + ": expected " + type + "[" + length + "]");
    }
  }

  /** An array of rows × columns elements, or of columns elements that stand for every row. */
  static void rowsOrShared(
      Backend backend, String name, DeviceArray array, ElementType type, int rows, int columns) {
    boolean shared = array.length() == columns;
    array(backend, name, array, type, shared ? columns : (long) rows * columns);
  }

  static void temperature(Backend backend, Temperature temperature, int rows) {
    Objects.requireNonNull(temperature, "temperature");
    if (temperature.array() != null) {
      long length = temperature.isPerRow() ? rows : 1;
      array(backend, "temperature", temperature.array(), ElementType.REAL, length);
    }
  }

  /** No two arrays share memory, so an output overlaps an input only if it is the same array. */
  static void distinct(String name, DeviceArray output, String otherName, DeviceArray other) {
    if (output != null && output == other) {
      throw new IllegalArgumentException(
          name + " is the same array as " + otherName + " (" + output + "): expected another");
    }
  }
}
