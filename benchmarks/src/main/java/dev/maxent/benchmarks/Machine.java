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
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Where numbers were measured; stands above every output that holds any.
 *
 * @param facts what to its value, in the order to show
 * @param load how many threads ran in the minute before, on average; negative if unknown
 */
record Machine(Map<String, String> facts, double load) {
  /** From this load on a machine is not idle: something else takes a fifth of a core. */
  private static final double BUSY = 0.2;

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
      facts.put("load", String.format(Locale.ROOT, "%.2f in the minute before", load));
    }
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return new Machine(facts, load);
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

  /** The commit that the jar was made of; nothing if this runs from classes or without git. */
  private static Optional<String> commit() {
    try (JarFile jar = new JarFile(BundleCommand.jar().toFile())) {
      String commit = jar.getManifest().getMainAttributes().getValue("Maxent-Commit");
      return Optional.ofNullable(commit).filter(id -> !id.equals("unknown"));
    } catch (InputException | IOException unknown) {
      return Optional.empty();
    }
  }

  /** A few lines of text. */
  List<String> lines() {
    return facts.entrySet().stream()
        .map(fact -> "# %-7s %s".formatted(fact.getKey(), fact.getValue()))
        .toList();
  }

  /** Whether something else ran before; never if that is not known. */
  boolean isBusy() {
    return load >= BUSY;
  }

  /** What stands beside ratios that must not be quoted; nothing on an idle machine. */
  List<String> warning() {
    return isBusy()
        ? List.of(
            String.format(
                Locale.ROOT,
                "not idle: load %.2f before; other work slows peers more than cpu, so time/cpu"
                    + " flatters cpu: not to be quoted",
                load))
        : List.of();
  }

  /** The lines as one text. */
  String banner() {
    return String.join(System.lineSeparator(), lines());
  }
}
