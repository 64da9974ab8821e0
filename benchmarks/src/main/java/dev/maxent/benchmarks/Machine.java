package dev.maxent.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.maxent.backend.Backend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where numbers were measured; stands above every output that holds any.
 *
 * @param facts what to its value, in the order to show
 */
record Machine(Map<String, String> facts) {

  /** This machine, now. */
  static Machine here() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("cpu", cpuModel() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    facts.put("memory", (system.getTotalMemorySize() >> 20) + " MB");
    facts.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    facts.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    List<String> flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            // Where a peer unpacks its libraries says nothing about the machine's speed.
            .filter(flag -> !flag.startsWith("-Dorg.bytedeco."))
            .toList();
    facts.put("flags", flags.isEmpty() ? "none" : String.join(" ", flags));
    facts.put("maxent", libraryVersion() + commit().map(id -> ", commit " + id).orElse(""));
    double load = system.getSystemLoadAverage();
    if (load >= 0) {
      String average = String.format(Locale.ROOT, "%.2f", load);
      facts.put(
          "load",
          average
              + " in the minute before; other work slows peers more than cpu, quote only near 0");
    }
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Machine(facts);
  }

  /** The version of the library on the class path. */
  static String libraryVersion() {
    return Optional.ofNullable(Backend.class.getPackage().getImplementationVersion())
        .or(() -> Optional.ofNullable(Main.class.getPackage().getImplementationVersion()))
        .orElse("development build");
  }

  private static String cpuModel() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException notLinux) {
      return System.getProperty("os.arch");
    }
  }

  /** The checkout that the command was started in, read without needing git. */
  private static Optional<String> commit() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path git = at.resolve(".git");
      if (Files.isDirectory(git)) {
        return Files.exists(at.resolve("maxent")) ? head(git) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<String> head(Path git) {
    try {
      String head = Files.readString(git.resolve("HEAD")).strip();
      if (!head.startsWith("ref: ")) {
        return Optional.of(shortened(head));
      }
      String name = head.substring(5);
      Path loose = git.resolve(name);
      if (Files.exists(loose)) {
        return Optional.of(shortened(Files.readString(loose).strip()));
      }
      try (Stream<String> packed = Files.lines(git.resolve("packed-refs"))) {
        return packed.filter(line -> line.endsWith(" " + name)).map(Machine::shortened).findFirst();
      }
    } catch (IOException unknown) {
      return Optional.empty();
    }
  }

  private static String shortened(String id) {
    return id.substring(0, Math.min(12, id.length()));
  }

  /** A few lines of text. */
  List<String> lines() {
    return facts.entrySet().stream()
        .map(fact -> "# %-7s %s".formatted(fact.getKey(), fact.getValue()))
        .toList();
  }

  /** The same as one text. */
  String banner() {
    return String.join(System.lineSeparator(), lines());
  }
}
