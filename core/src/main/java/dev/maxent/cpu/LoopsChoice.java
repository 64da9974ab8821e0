package dev.maxent.cpu;

import dev.maxent.backend.BackendException;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** Chooses the inner loops, and says once which flag would make them faster. */
final class LoopsChoice {
  private static final System.Logger LOG = System.getLogger("dev.maxent.cpu");
  private static final AtomicBoolean TOLD = new AtomicBoolean();
  private static final String MODULE = "jdk.incubator.vector";

  private LoopsChoice() {}

  /** The choice in words, without loading any Vector API class. */
  static String summary() {
    return wantsVector() ? "Java Vector API" : "plain Java loops";
  }

  static Loops choose() {
    if (wantsVector()) {
      try {
        VectorLoops loops = new VectorLoops();
        if (loops.haveTheRightLength()) {
          return loops;
        }
        LOG.log(
            Level.INFO,
            "vectors here are shorter than 4 or longer than 16 floats: plain Java loops run");
        return new ScalarLoops();
      } catch (LinkageError error) {
        LOG.log(
            Level.WARNING,
            "the Vector API loops could not start, so the cpu backend runs plain Java loops; start"
                + " Java with --enable-native-access=ALL-UNNAMED: "
                + error);
        return new ScalarLoops();
      }
    }
    if (!hasModule() && !TOLD.getAndSet(true)) {
      LOG.log(
          Level.INFO,
          "the cpu backend runs plain Java loops; start Java with --add-modules "
              + MODULE
              + " for the faster ones");
    }
    return new ScalarLoops();
  }

  private static boolean wantsVector() {
    String forced = System.getProperty(CpuProvider.LOOPS);
    if (forced == null) {
      return hasModule();
    }
    return switch (forced) {
      case "scalar" -> false;
      case "vector" -> {
        if (!hasModule()) {
          throw new BackendException(
              "property "
                  + CpuProvider.LOOPS
                  + " = 'vector', but module "
                  + MODULE
                  + " is not there: start Java with --add-modules "
                  + MODULE);
        }
        yield true;
      }
      default ->
          throw new BackendException(
              "property " + CpuProvider.LOOPS + " = '" + forced + "': expected vector or scalar");
    };
  }

  private static boolean hasModule() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }
}
