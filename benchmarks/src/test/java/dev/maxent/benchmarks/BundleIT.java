package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A bundle made by {@code ./maxent} from the packaged jar, run as on a host that has nothing. */
@EnabledOnOs(OS.LINUX)
class BundleIT {
  private static final long LIMIT_SECONDS = 120;

  /** Where commands are, but no drivers: OpenCL finds the loader and then no platform. */
  private static final Map<String, String> BARE =
      Map.of("PATH", "/usr/bin:/bin", "OCL_ICD_VENDORS", "/no/such/folder");

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir private static Path folder;

  /** With a space, which must not matter. */
  private static Path bundle;

  private record Outcome(int code, String out) {}

  @BeforeAll
  static void make() throws IOException, InterruptedException {
    bundle = folder.toRealPath().resolve("a bundle");
    Outcome made =
        run(
            Map.of("PATH", "/usr/bin:/bin", "MAXENT_JAVA_HOME", System.getProperty("java.home")),
            CHECKOUT.resolve("maxent").toString(),
            "bundle",
            "--output=" + bundle);
    assertEquals(0, made.code(), made.out());
    assertTrue(made.out().contains(" MB  all of " + bundle), made.out());
    assertTrue(BundleFolder.bytes(bundle) < BundleCommand.MOST_BYTES, made.out());
    assertEquals(Set.of("maxent", "README.txt", "jre", "lib"), names(bundle));
    assertEquals(Set.of("a bundle"), names(folder));
    assertEquals(3, Files.readAllLines(bundle.resolve("README.txt")).size());
  }

  private static Set<String> names(Path of) throws IOException {
    try (Stream<Path> entries = Files.list(of)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  @Test
  void doctorUsesOwnLibrariesOnly() throws IOException, InterruptedException {
    Outcome doctor = inBundle("LD_DEBUG=libs", "doctor");
    assertEquals(0, doctor.code(), doctor.out());
    assertTrue(doctor.out().contains("reference: available"), doctor.out());
    assertTrue(doctor.out().contains("cpu: available"), doctor.out());
    assertTrue(doctor.out().contains("loops     Vector API"), doctor.out());
    List<String> loaded =
        doctor
            .out()
            .lines()
            .filter(line -> line.contains("calling init: "))
            .map(line -> line.substring(line.indexOf("init: ") + 6))
            .toList();
    Path libraries = bundle.resolve("lib");
    List<String> opencl =
        loaded.stream().filter(path -> path.matches(".*(OpenCL|JOCL).*")).distinct().toList();
    if (Files.exists(libraries.resolve("libOpenCL.so.1"))) {
      assertEquals(2, opencl.size(), opencl::toString);
      assertTrue(opencl.stream().allMatch(path -> path.startsWith(libraries + "/")));
      assertTrue(doctor.out().contains("there is no OpenCL platform"), doctor.out());
    } else {
      System.out.println("not run: this machine has no OpenCL loader to bundle");
    }
    assertTrue(loaded.stream().anyMatch(path -> path.endsWith("/libjsig.so")), loaded::toString);
    assertFalse(loaded.stream().anyMatch(path -> path.contains("/jvm/")), loaded::toString);
  }

  /** As in a container that has the driver's files and no vendors file. */
  @Test
  void findsUnregisteredNvidiaDriver() throws IOException, InterruptedException {
    if (hasNvidiaDriver()) {
      String reason = "this machine has a driver of NVIDIA's or names one in /etc/OpenCL/vendors";
      System.out.println("not run: " + reason);
      abort(reason);
    }
    Path driver = Files.createDirectory(folder.resolve("driver"));
    Path library = Files.createFile(driver.resolve("libnvidia-opencl.so.1"));
    Outcome doctor =
        inBundle("OCL_ICD_VENDORS=", "LD_LIBRARY_PATH=" + driver, "LD_DEBUG=libs,files", "doctor");
    assertEquals(0, doctor.code(), doctor.out());
    if (Files.exists(bundle.resolve("lib/libOpenCL.so.1"))) {
      assertTrue(doctor.out().contains("file=" + library.toRealPath()), doctor.out());
      assertTrue(doctor.out().contains("of NVIDIA's driver libcuda.so.1"), doctor.out());
    }
    Files.delete(library);
    Files.delete(driver);
  }

  /** Where the launcher and the doctor look; they cannot be told to look elsewhere. */
  private static boolean hasNvidiaDriver() throws IOException {
    for (String folder :
        List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/nvidia/lib64")) {
      if (Files.exists(Path.of(folder, "libcuda.so.1"))) {
        return true;
      }
    }
    Path vendors = Path.of("/etc/OpenCL/vendors");
    if (Files.isDirectory(vendors)) {
      try (Stream<Path> files = Files.list(vendors)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".icd")).toList()) {
          if (Files.readString(file).contains("libnvidia-opencl")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Test
  void comparesAndWritesResults() throws IOException, InterruptedException {
    Path json = folder.resolve("results.json");
    Path html = folder.resolve("results.html");
    Outcome compare =
        inBundle(
            "compare",
            "--quick",
            "--cases=soft-value/log-sum-exp/64x16",
            "--backends=reference,cpu",
            "--json=" + json,
            "--html=" + html);
    assertEquals(0, compare.code(), compare.out());
    assertTrue(compare.out().contains("64x16  cpu        passed"), compare.out());
    assertEquals(head().isEmpty(), !compare.out().contains(", commit "), compare.out());
    assertTrue(compare.out().contains(head()), compare.out());
    assertTrue(Files.size(json) > 0 && Files.size(html) > 0);
    Files.delete(json);
    Files.delete(html);
  }

  /** The commit of this checkout, which the jar was just made of; empty without git. */
  private static String head() throws IOException, InterruptedException {
    if (!Files.exists(CHECKOUT.resolve(".git"))) {
      return "";
    }
    String git = CHECKOUT.resolve(".git").toString();
    Outcome head =
        run(BARE, "/usr/bin/env", "git", "--git-dir=" + git, "rev-parse", "--short=12", "HEAD");
    // Behind what the JVM's helper for starting programs may say of signals.
    return head.code() == 0 ? head.out().lines().toList().getLast() : "";
  }

  /** Texts in the root of the jar would pass for its own. */
  @Test
  void namesOtherLicences() throws IOException {
    try (ZipFile jar = new ZipFile(bundle.resolve("lib/maxent.jar").toFile())) {
      for (String name : List.of("LICENSE", "THIRD-PARTY", "META-INF/LICENSE.txt")) {
        assertNull(jar.getEntry(name), name);
      }
      String text;
      try (InputStream in = jar.getInputStream(jar.getEntry("META-INF/THIRD-PARTY.txt"))) {
        text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      List<String> named =
          Pattern.compile("META-INF/\\S*[A-Za-z]")
              .matcher(text)
              .results()
              .map(MatchResult::group)
              .toList();
      assertFalse(named.isEmpty());
      named.forEach(name -> assertNotNull(jar.getEntry(name), name));
    }
  }

  @Test
  void benchFailsWhereABenchmarkThrows() throws IOException, InterruptedException {
    Outcome bench = inBundle("bench", "-p", "backend=opencl:99", "-f", "0", "-wi", "0", "-i", "1");
    assertEquals(1, bench.code(), bench.out());
    assertTrue(bench.out().contains("opencl:99"), bench.out());
  }

  @Test
  void solvesAndSaysWhatItCannotDo() throws IOException, InterruptedException {
    Outcome solve = inBundle("solve", "frozen-lake-4x4");
    assertEquals(0, solve.code(), solve.out());
    Path picture = folder.resolve("sample.png");
    Outcome sample = inBundle("sample", "--backend=cpu", "--particles=20", "--steps=10");
    assertEquals(0, sample.code(), sample.out());
    Outcome drawn = inBundle("sample", "--picture=" + picture);
    assertEquals(2, drawn.code(), drawn.out());
    assertTrue(
        drawn.out().contains(" = " + picture + ": expected none, as this Java has no java."));
    assertFalse(Files.exists(picture));
    Outcome again = inBundle("bundle", "--output=" + folder.resolve("another"));
    assertEquals(2, again.code(), again.out());
    assertTrue(again.out().contains(" has no jlink: set MAXENT_JAVA_HOME to a JDK"), again.out());
    assertFalse(Files.exists(folder.resolve("another")));
  }

  /** Runs the bundle's own launcher; arguments before the command may set variables. */
  private static Outcome inBundle(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/env"));
    int variables = 0;
    while (arguments[variables].contains("=")) {
      variables++;
    }
    command.addAll(Arrays.asList(arguments).subList(0, variables));
    command.add(bundle.resolve("maxent").toString());
    command.addAll(Arrays.asList(arguments).subList(variables, arguments.length));
    return run(BARE, command.toArray(String[]::new));
  }

  private static Outcome run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("maxent-bundle", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.redirectOutput(output.toFile()).start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("did not end: " + Files.readString(output));
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
