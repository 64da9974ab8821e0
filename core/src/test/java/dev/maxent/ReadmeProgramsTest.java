package dev.maxent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.environment.Tables;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.QNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java programs of README.md compile as they stand there, and do what it says. */
class ReadmeProgramsTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void compile() throws IOException {
    Path readme = Tables.file("README.md").getParent().getParent().resolve("README.md");
    List<String> arguments =
        new ArrayList<>(
            List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", "" + folder));
    Pattern block = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    for (MatchResult found : block.matcher(Files.readString(readme)).results().toList()) {
      var name = Pattern.compile("public class (\\w+)").matcher(found.group(1));
      assertTrue(name.find(), () -> "no whole class: " + found.group(1));
      Path source = folder.resolve(name.group(1) + ".java");
      arguments.add(Files.writeString(source, found.group(1)).toString());
    }
    assertEquals(4, arguments.size() - 5, "programs");
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    assertEquals(0, code, messages.toString(StandardCharsets.UTF_8));
  }

  private static String run(String name, String... arguments) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      loader.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void kernels() throws Exception {
    assertTrue(run("Example").startsWith("[3.07146"));
  }

  @Test
  void sampling() throws Exception {
    // One of 200 samples of N(3, 1), which spread evenly.
    assertEquals(3, Double.parseDouble(run("SampleExample")), 4);
  }

  /** V(1) = 1; V(0) = α log(exp(γ V(1) / α) + exp(γ V(0) / α)), which V(0) must solve. */
  @Test
  void solving() throws Exception {
    String[] values = run("SolveExample").replaceAll("[\\[\\]\\s]", "").split(",", -1);
    assertEquals(2, values.length);
    double v0 = Double.parseDouble(values[0]);
    assertEquals(1, Double.parseDouble(values[1]), 1e-9);
    assertEquals(0.1 * Math.log(Math.exp(0.9 / 0.1) + Math.exp(0.9 * v0 / 0.1)), v0, 1e-9);
  }

  /** A linear network of two weights and a bias: Q of zeros is the bias. */
  @Test
  void loading() throws Exception {
    Path file = folder.resolve("q.safetensors");
    try (Backend backend = Backends.open("reference");
        QNetwork network = QNetwork.of(backend, NetworkShape.of(2, 1), new double[] {1, -2, 0.5})) {
      network.save(file);
    }
    assertEquals(0.5, Double.parseDouble(run("LoadExample", file.toString())));
  }
}
