package dev.maxent.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/** A Java runtime of the modules that the command needs, linked from the JDK that runs this. */
final class BundleRuntime {
  /**
   * The modules. Not among them: java.desktop, 20 MB, which only charts need, and java.sql, which
   * Jackson names but does without.
   */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "jdk.incubator.vector",
          "jdk.management",
          "jdk.unsupported");

  private BundleRuntime() {}

  /** Makes the folder. */
  static void link(Path folder) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() ->
                new InputException(
                    "the Java in "
                        + System.getProperty("java.home")
                        + " has no jlink: set MAXENT_JAVA_HOME to a JDK"));
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    int code =
        jlink.run(
            writer,
            writer,
            "--add-modules",
            String.join(",", MODULES),
            "--compress=zip-9",
            // Not --strip-debug, which fails where there is no objcopy.
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            // A file system for other Javas' tools, and the list that makes a class archive.
            "--exclude-files=/java.base/lib/jrt-fs.jar,/java.base/lib/classlist",
            "--output",
            folder.toString());
    if (code != 0) {
      List<String> errors = said.toString().lines().filter(l -> !l.startsWith("WARNING")).toList();
      throw new InputException("jlink failed: " + String.join("; ", errors));
    }
    stripSymbols(folder);
  }

  /**
   * Takes 5 MB of names out of libjvm, where the machine has the tool. Addresses stay, so that
   * crash reports can be read against the JDK's own.
   */
  private static void stripSymbols(Path folder) throws IOException {
    Path library = folder.resolve("lib", "server", "libjvm.so");
    try {
      new ProcessBuilder("strip", "--strip-unneeded", library.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException noSuchTool) {
      return; // larger, and as good
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
