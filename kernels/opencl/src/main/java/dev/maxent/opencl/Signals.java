package dev.maxent.opencl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * PoCL's compiler replaces the JVM's signal handlers: afterwards an integer division by zero gives
 * a number instead of an exception, and null checks can end the process. The JDK's libjsig, when
 * preloaded, keeps both working.
 */
final class Signals {
  /** Property: {@code ignore} uses such a driver all the same. */
  static final String PROPERTY = "maxent.opencl.signals";

  private static final Path MAPS = Path.of("/proc/self/maps");

  private Signals() {}

  /** Whether this platform's driver must not be touched in this process. */
  static boolean wouldBreak(String platform) {
    String name = platform.toLowerCase(Locale.ROOT);
    boolean replacesHandlers = name.contains("portable computing language");
    return replacesHandlers
        && !System.getProperty(PROPERTY, "").equals("ignore")
        && Files.exists(MAPS)
        && !isChained();
  }

  static boolean isChained() {
    try {
      return Files.readString(MAPS).contains("libjsig");
    } catch (IOException unreadable) {
      return false;
    }
  }

  static String remedy() {
    return "start Java with LD_PRELOAD="
        + Path.of(System.getProperty("java.home"), "lib", "libjsig.so")
        + ", as ./maxent does, or accept the risk with -D"
        + PROPERTY
        + "=ignore";
  }
}
