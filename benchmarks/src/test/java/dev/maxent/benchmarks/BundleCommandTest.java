package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.opencl.OpenClProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code maxent bundle} refuses and what it needs; {@link BundleIT} makes one. */
class BundleCommandTest {
  private static final String NEW = "a new folder or an earlier bundle with nothing added to it";

  @TempDir private Path folder;

  @Test
  void refusesBadOutputs() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "mine");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refuses(file, NEW);
    refuses(empty, NEW);
    refuses(folder.resolve("no/such"), "a folder in a folder that exists");
    refuses(file.resolve("below"), "a folder in a folder that exists");
    refuses(Path.of("/"), "a folder in a folder that exists");
    assertEquals("mine", Files.readString(file));
    assertTrue(Files.isDirectory(empty));
    Cli run = Cli.run("bundle", "extra");
    assertEquals(2, run.code());
    assertTrue(run.err().startsWith("maxent bundle: Unmatched argument"), run.err());
  }

  @Test
  void replacesEarlierBundlesButNotWithWorkInThem() throws IOException {
    Path bundle = Files.createDirectory(folder.resolve("bundle"));
    Files.writeString(bundle.resolve("README.txt"), "MaxEnt Kernels bundle: an old one");
    // Past the check of the folder; the test does not run from a jar.
    Cli run = Cli.run("bundle", "--output=" + bundle);
    assertEquals(2, run.code());
    assertTrue(run.err().startsWith("maxent bundle: this runs from classes"), run.err());
    Files.writeString(bundle.resolve("results.json"), "[]");
    refuses(bundle, NEW);
  }

  private static void refuses(Path output, String expected) {
    Cli run = Cli.run("bundle", "--output=" + output);
    assertEquals(2, run.code(), run.out());
    assertEquals(
        "maxent bundle: --output = " + output + ": expected " + expected, run.err().strip());
    assertEquals("", run.out());
  }

  @Test
  void publishesWholeFoldersOrNone() throws IOException {
    Path target = folder.resolve("bundle");
    for (String content : List.of("first", "second")) {
      try (BundleFolder made = BundleFolder.beside(target)) {
        Files.writeString(made.path().resolve("README.txt"), content);
        made.publish();
      }
      assertEquals(content, Files.readString(target.resolve("README.txt")));
      assertEquals(content.length(), BundleFolder.bytes(target));
    }
    try (BundleFolder abandoned = BundleFolder.beside(target)) {
      Files.writeString(abandoned.path().resolve("README.txt"), "third");
    }
    assertEquals("second", Files.readString(target.resolve("README.txt")));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(Set.of(target), Set.copyOf(left.toList()));
    }
  }

  /** The libraries in the jar name more modules, for parts that are not used. */
  @Test
  void hasEveryModuleThatOwnClassesUse() throws URISyntaxException {
    Set<String> needed = new TreeSet<>(Set.of(jdeps("--print-module-deps").strip().split(",", -1)));
    assertTrue(needed.remove("java.desktop"), "nothing draws");
    assertTrue(BundleRuntime.MODULES.containsAll(needed), needed::toString);
    assertFalse(needed.isEmpty());
  }

  /** What a bundle leaves out is refused there by name, so nothing else may come to need it. */
  @Test
  void onlyPicturesNeedTheDesktop() throws URISyntaxException {
    List<String> lines =
        jdeps("-verbose:class", "--require", "java.desktop")
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("dev.maxent."))
            .toList();
    assertFalse(lines.isEmpty());
    Set<String> pictures =
        Set.of(
            Charts.class.getName(), LearningCurves.class.getName(), SamplePicture.class.getName());
    for (String line : lines) {
      assertTrue(pictures.contains(line.split(" ", 2)[0]), line);
    }
  }

  private static String jdeps(String... options) throws URISyntaxException {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    List<String> arguments =
        new ArrayList<>(List.of("--multi-release=base", "--ignore-missing-deps"));
    arguments.addAll(List.of(options));
    for (Class<?> one : List.of(Main.class, Backend.class, OpenClProvider.class)) {
      arguments.add(
          Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    assertEquals(0, jdeps.run(writer, writer, arguments.toArray(String[]::new)), said::toString);
    return said.toString();
  }
}
