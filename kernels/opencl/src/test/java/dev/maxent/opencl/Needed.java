package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.maxent.Fork;
import dev.maxent.backend.BackendCandidate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What tests need of the machine. Where it is missing they say why and are skipped, or fail where
 * {@code -Dmaxent.required} names it.
 */
final class Needed {
  private static final List<Path> OCLGRIND =
      Stream.of("/usr/lib/oclgrind", "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/local/lib")
          .map(folder -> Path.of(folder, "liboclgrind-rt-icd.so"))
          .toList();

  private Needed() {}

  /** A device to open as {@code opencl}. */
  static void opencl() {
    List<BackendCandidate> candidates = new OpenClProvider().probe();
    if (candidates.stream().noneMatch(BackendCandidate::isAvailable)) {
      absent(
          "opencl",
          candidates.stream().map(BackendCandidate::summary).collect(Collectors.joining("; ")));
    }
  }

  /** A CPU device of PoCL, whatever else there is. */
  static void pocl() {
    opencl();
    if (new OpenClProvider()
        .probe().stream().noneMatch(c -> c.description().contains("Portable Computing"))) {
      absent("opencl", "PoCL is not installed");
    }
  }

  /** oclgrind's library to be loaded as a driver. */
  static Path oclgrind() {
    for (Path path : OCLGRIND) {
      if (Files.exists(path)) {
        return path;
      }
    }
    absent("oclgrind", "none of " + OCLGRIND + " exists; Debian has it in the package oclgrind");
    throw new AssertionError();
  }

  /** Skips a test, and says so. */
  static void orSkip(boolean there, String reason) {
    if (!there) {
      System.out.println("not tested: " + reason);
      abort(reason);
    }
  }

  private static void absent(String what, String reason) {
    String required = System.getProperty("maxent.required", "");
    if (List.of(required.split(",", -1)).stream().anyMatch(id -> id.strip().equals(what))) {
      fail("maxent.required asks for '" + what + "': " + reason);
    }
    System.out.println("not tested without " + what + ": " + reason);
    abort(reason);
  }

  /** Runs a main class with options in a JVM of its own, which has this one's program cache. */
  static Fork.Outcome fork(Class<?> main, Map<String, String> environment, String... options) {
    List<String> all = new ArrayList<>(List.of("-DuniqueLibraryNames=true", "-Xmx512m"));
    all.add("-D" + BinaryCache.PROPERTY + "=" + System.getProperty(BinaryCache.PROPERTY, "off"));
    all.add("-D" + Programs.STRICT + "=" + System.getProperty(Programs.STRICT, "false"));
    all.addAll(List.of(options));
    return Fork.run(main, all, environment);
  }
}
