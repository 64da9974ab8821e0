package dev.maxent.cpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HotSpot's log of how its second compiler took the vector loops: how many nodes it had made when
 * it met what reads a single float or int of native memory, see {@link VectorMath}, and what
 * classes it had not expected, see {@link JdkProfiles}.
 */
final class CompileLog {
  /** What is called last for a number of native memory, and need not be inlined. */
  private static final String READ = "getIntUnaligned";

  /** From here on HotSpot inlines only what must be, and defers that. */
  private static final int LIMIT = 18_000;

  private static final Pattern ATTRIBUTE = Pattern.compile("([a-z_]+)='([^']*)'");

  /**
   * A number that is read.
   *
   * @param loop class and method of the loop
   * @param nodes nodes made when the call was met
   * @param inlined whether it was inlined
   */
  record Read(String loop, int nodes, boolean inlined) {
    /** Whether it was not inlined, or a tenth more nodes might have done it. */
    boolean isNearLimit() {
      return !inlined || (nodes > 0.9 * LIMIT && nodes < LIMIT);
    }
  }

  /** Names of methods by their number in a task. */
  private final Map<String, String> names = new HashMap<>();

  private final List<Read> reads = new ArrayList<>();

  private final List<String> surprises = new ArrayList<>();
  private String loop;
  private String called;
  private boolean left;
  private int nodes;

  private CompileLog(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line);
      }
    }
  }

  static CompileLog of(Path file) throws IOException {
    return new CompileLog(file);
  }

  /** What makes a JVM write it. */
  static List<String> options(Path file) {
    return List.of(
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:CompileCommand=quiet",
        "-XX:CompileCommand=log,dev.maxent.cpu.Vector*::*",
        "-XX:+LogCompilation",
        "-XX:LogFile=" + file);
  }

  /** All such reads in loops as they are called; those entered by their middle are left out. */
  List<Read> reads() {
    return List.copyOf(reads);
  }

  /** Classes and methods that a thread left for a class that HotSpot had not expected in them. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }

  private void take(String line) {
    if (line.startsWith("<task ")) {
      String method = attribute(line, "method");
      boolean other = line.contains(" level='") || line.contains("osr_bci");
      loop = other || !method.startsWith("dev.maxent.cpu.Vector") ? null : method;
      names.clear();
      nodes = 0;
    } else if (line.startsWith("<uncommon_trap thread=")) {
      left = line.contains("'class_check'");
    } else if (left && line.startsWith("<jvms ")) {
      surprises.add(attribute(line, "method"));
      left = false;
    } else if (loop == null) {
      return;
    } else if (line.startsWith("<method ")) {
      names.put(attribute(line, "id"), attribute(line, "name"));
    } else if (line.startsWith("<call ")) {
      called = names.get(attribute(line, "method"));
    } else if (line.startsWith("<parse_done ")) {
      nodes = Math.max(nodes, Integer.parseInt(attribute(line, "nodes")));
    } else if (line.startsWith("<inline_success ") || line.startsWith("<inline_fail ")) {
      if (READ.equals(called)) {
        reads.add(new Read(loop, nodes, line.startsWith("<inline_success ")));
      }
      called = null;
    }
  }

  private static String attribute(String line, String name) {
    Matcher matcher = ATTRIBUTE.matcher(line);
    while (matcher.find()) {
      if (matcher.group(1).equals(name)) {
        return matcher.group(2);
      }
    }
    return "";
  }
}
