package dev.maxent.opencl;

import dev.maxent.backend.BackendException;

/**
 * How kernels are shaped for a kind of device.
 *
 * @param preset its name
 * @param group work-items of a work-group
 * @param rowLanes most work-items that share a row of middling width
 * @param perLane columns that a work-item holds in registers where rows are long
 * @param vector floats of the device's vectors where each row belongs to one work-item, as suits
 *     CPUs; 0 elsewhere
 * @param shuffles whether warps of 32 exchange registers through inline PTX
 */
record Tuning(String preset, int group, int rowLanes, int perLane, int vector, boolean shuffles) {
  /** Property: {@code cpu}, {@code gpu} or {@code safe}; default by the type of the device. */
  static final String PROPERTY = "maxent.opencl.tuning";

  /** Property: a power of two instead of the preset's {@link #group}. */
  static final String GROUP = "maxent.opencl.group";

  /** Property: a power of two instead of the preset's {@link #rowLanes}. */
  static final String ROW_LANES = "maxent.opencl.row-lanes";

  /** Property: a power of two from 4 instead of the preset's {@link #perLane}. */
  static final String PER_LANE = "maxent.opencl.per-lane";

  /**
   * Property: whether the code of warps runs on any device, as in tests: through local memory, with
   * four work-items to a warp.
   */
  static final String STAND_IN = "maxent.opencl.shuffles.stand-in";

  /** The most that NVIDIA allows, and so what the launcher allows anywhere. */
  static final int MOST_GROUP = 1024;

  /** The same for local memory, in bytes. */
  static final int MOST_LOCAL = 48 << 10;

  static Tuning of(OpenClDevice device) {
    String name = System.getProperty(PROPERTY);
    if (name == null) {
      name = device.isGpu() ? "gpu" : device.isCpu() ? "cpu" : "safe";
    }
    return preset(name, device).overridden(device);
  }

  private Tuning overridden(OpenClDevice device) {
    int most = (int) Math.min(device.maxGroup(), MOST_GROUP);
    int newGroup = number(GROUP, 1, most, group);
    return new Tuning(
        preset,
        newGroup,
        number(ROW_LANES, 1, single() ? 1 : most, rowLanes),
        number(PER_LANE, 4, single() ? 2048 : 64, perLane),
        vector,
        shuffles && newGroup % (standIn() ? 4 : 32) == 0);
  }

  private static int number(String property, int least, int most, int preset) {
    String text = System.getProperty(property);
    if (text == null) {
      return preset;
    }
    if (text.matches("[0-9]{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most && Integer.bitCount(value) == 1) {
        return value;
      }
    }
    throw new BackendException(
        "property %s = '%s': expected a power of two from %d to %d"
            .formatted(property, text, least, most));
  }

  private static Tuning preset(String name, OpenClDevice device) {
    int most = (int) Math.min(device.maxGroup(), MOST_GROUP);
    return switch (name) {
      case "gpu" -> new Tuning(name, limited(256, most), 32, 32, 0, device.isNvidia() || standIn());
      case "cpu" -> {
        // Wider ones than the device has do not build on PoCL; its own have 4 and more.
        int vector = Math.max(4, limited(16, (int) device.nativeFloats()));
        yield new Tuning(name, limited(16, most), 1, 2048, vector, false);
      }
      case "safe" -> new Tuning(name, limited(64, most), 16, 16, 0, false);
      default ->
          throw new BackendException(
              "property " + PROPERTY + " = '" + name + "': expected cpu, gpu or safe");
    };
  }

  /** Whether each row belongs to one work-item. */
  boolean single() {
    return vector > 0;
  }

  /** Macros of every program. */
  String macros(int workItems) {
    String warps = shuffles ? standIn() ? " -DSHUFFLES -DSTAND_IN" : " -DSHUFFLES" : "";
    return "-DGROUP=" + workItems + (single() ? " -DSINGLE=" + vector : warps);
  }

  private static boolean standIn() {
    return Boolean.getBoolean(STAND_IN);
  }

  /** The largest power of two within both bounds. */
  private static int limited(int wanted, int most) {
    return Integer.highestOneBit(Math.max(1, Math.min(wanted, most)));
  }
}
