package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * The arrays of one call, so that none is written that is also read or written under another name.
 * No two arrays share memory, so only the same array twice can overlap. Used again by each call,
 * under the backend's lock, it allocates nothing.
 */
@SuppressWarnings("ReferenceEquality") // arrays are equal only to themselves
final class Overlaps {
  private static final int MOST = 16;
  private final String[] names = new String[MOST];
  private final DeviceArray[] arrays = new DeviceArray[MOST];
  private int count;

  Overlaps begin() {
    while (count > 0) {
      count--;
      arrays[count] = null;
    }
    return this;
  }

  /** Names an array that the call reads; all of them come before those that it writes. */
  Overlaps reads(String name, DeviceArray array) {
    if (array != null) {
      names[count] = name;
      arrays[count] = array;
      count++;
    }
    return this;
  }

  /** Names an array that the call writes, and refuses it if it was named before. */
  Overlaps writes(String name, DeviceArray array) {
    for (int i = 0; i < count; i++) {
      Checks.distinct(name, array, names[i], arrays[i]);
    }
    return reads(name, array);
  }
}
