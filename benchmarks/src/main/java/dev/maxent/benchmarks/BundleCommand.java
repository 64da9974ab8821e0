package dev.maxent.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code maxent bundle}: this command as a folder for hosts with no Java and no network. */
@Command(
    name = "bundle",
    description = {
      "Makes a folder with this command, a Java runtime and the OpenCL loader, for Linux hosts",
      "of the same processor that have no Java and no network."
    },
    mixinStandardHelpOptions = true)
final class BundleCommand implements Callable<Integer> {
  /** What a folder may weigh, in bytes; links to GPU hosts are narrow. */
  static final long MOST_BYTES = 60_000_000;

  private static final int STEPS = 4;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "FOLDER",
      defaultValue = "bundle",
      description = "the folder, new or an earlier bundle to replace (default ${DEFAULT-VALUE})")
  private Path output;

  BundleCommand() {}

  @Override
  public Integer call() throws IOException {
    BundleFolder.check("--output", output);
    Path jar = jar();
    PrintWriter out = spec.commandLine().getOut();
    try (BundleFolder folder = BundleFolder.beside(output)) {
      Optional<Path> loader = fill(folder.path(), jar);
      long bytes = BundleFolder.bytes(folder.path());
      parts(folder.path(), loader).forEach((part, size) -> out.println(row(part, size)));
      if (bytes > MOST_BYTES) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(
            Locale.ROOT,
            "maxent bundle: the folder would weigh %.1f MB: expected at most %.1f MB%n",
            bytes * 1e-6,
            MOST_BYTES * 1e-6);
        return Main.FAILED;
      }
      folder.publish();
      out.println(row("all of " + output, bytes));
      out.println("try it: " + output.resolve("maxent") + " doctor");
    }
    return Main.OK;
  }

  /** The jar that this runs from; it holds everything. */
  static Path jar() {
    try {
      Path jar = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar;
      }
    } catch (URISyntaxException nowhere) {
      throw new InputException("maxent.jar is nowhere to be found", nowhere);
    }
    throw new InputException("this runs from classes: expected maxent.jar, as ./maxent runs it");
  }

  /** Makes everything; returns the machine's OpenCL loader if there is one. */
  private static Optional<Path> fill(Path folder, Path jar) throws IOException {
    Optional<Path> loader;
    try (Progress progress = new Progress("bundle", STEPS)) {
      progress.step("Java runtime");
      BundleRuntime.link(folder.resolve(BundleFolder.RUNTIME));
      progress.done();
      progress.step("maxent.jar");
      Path libraries = Files.createDirectory(folder.resolve(BundleFolder.LIBRARIES));
      Files.copy(jar, libraries.resolve("maxent.jar"));
      progress.done();
      progress.step("OpenCL");
      BundleLibraries.unpackJocl(jar, libraries);
      loader = BundleLibraries.copyLoader(libraries);
      progress.done();
      progress.step("launcher");
      Path launcher = folder.resolve(BundleFolder.LAUNCHER);
      copyResource(BundleFolder.LAUNCHER, launcher);
      Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
      copyResource(BundleFolder.README, folder.resolve(BundleFolder.README));
      progress.done();
    }
    return loader;
  }

  private static void copyResource(String name, Path target) throws IOException {
    try (InputStream in = BundleCommand.class.getResourceAsStream("bundle/" + name)) {
      if (in == null) {
        throw new IllegalStateException("resource bundle/" + name + " is missing from the jar");
      }
      Files.copy(in, target);
    }
  }

  private static Map<String, Long> parts(Path folder, Optional<Path> loader) throws IOException {
    Path libraries = folder.resolve(BundleFolder.LIBRARIES);
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put(
        "Java " + Runtime.version().feature() + " runtime",
        BundleFolder.bytes(folder.resolve(BundleFolder.RUNTIME)));
    long jar = Files.size(libraries.resolve("maxent.jar"));
    parts.put("maxent.jar", jar);
    parts.put(
        loader
            .map(path -> "JOCL's library, and the OpenCL loader " + path)
            .orElse(
                "JOCL's library; no OpenCL loader: "
                    + BundleLibraries.LOADER
                    + " is not here to copy (install ocl-icd-libopencl1), the host needs its own"),
        BundleFolder.bytes(libraries) - jar);
    return parts;
  }

  private static String row(String what, long bytes) {
    return String.format(Locale.ROOT, "%6.1f MB  %s", bytes * 1e-6, what);
  }
}
