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

  /**
   * The choice in words, without loading any Vector API class. A property that is wrong does not
   * make the backend unavailable, or another would be taken instead: opening it throws.
   */
  static String summary() {
    try {
      return wantsVector() ? "Java Vector API" : "plain Java loops";
    } catch (BackendException wrong) {
      return "pure Java; " + wrong.getMessage();
    }
  }

  static Loops choose() {
    if (wantsVector()) {
      try {
        if (VectorLoops.haveTheRightLength()) {
          return new VectorLoops();
        }
        return instead("vectors here are shorter than 4 or longer than 16 floats", null);
      } catch (LinkageError error) {
        return instead("start Java with --enable-native-access=ALL-UNNAMED", error);
      }
    }
    boolean asked = System.getProperty(CpuProvider.LOOPS) != null;
    if (!asked && !hasModule() && !TOLD.getAndSet(true)) {
      LOG.log(
          Level.INFO,
          "the cpu backend runs plain Java loops; start Java with --add-modules "
              + MODULE
              + " for the faster ones");
    }
    return new ScalarLoops();
  }

  /** Plain loops, unless vector loops were asked for by name. */
  private static Loops instead(String reason, LinkageError error) {
    String why = reason + (error == null ? "" : ": " + error);
    if (System.getProperty(CpuProvider.LOOPS) != null) {
      throw new BackendException(
          "property " + CpuProvider.LOOPS + " = 'vector', but they cannot run: " + why, error);
    }
    LOG.log(
        error == null ? Level.INFO : Level.WARNING,
        () -> "the cpu backend runs plain Java loops, as vector loops cannot run: " + why);
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
