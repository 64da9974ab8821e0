package dev.maxent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.environment.Tables;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.Score;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.StepRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The example of README.md, so that it compiles and prints what the README says. */
class ReadmeExampleTest {
  @Test
  void example() {
    StringBuilder printed = new StringBuilder();
    // README: the lines below, with System.out.println for printed.append.
    try (Backend backend = Backends.best();
        DeviceArray q = backend.real(1, 2, 3, 4, 4, 4);
        DeviceArray value = backend.allocate(ElementType.REAL, 2);
        DeviceArray policy = backend.allocate(ElementType.REAL, 6);
        DeviceArray entropy = backend.allocate(ElementType.REAL, 2)) {
      ActionValues rows = ActionValues.of(q, 2, 3);
      PolicyOutputs outputs =
          PolicyOutputs.none().withValue(value).withProbabilities(policy).withEntropy(entropy);
      backend.softValue().policy(rows, Temperature.of(0.5), outputs);
      printed.append(Arrays.toString(value.toFloats()));
      printed.append(Arrays.toString(policy.toFloats()));
      printed.append(Arrays.toString(entropy.toFloats()));
    }
    assertTrue(printed.toString().startsWith("[3.07146"), printed::toString);
  }

  @Test
  void samplerExample() {
    // README: the lines below.
    try (Backend backend = Backends.best();
        DeviceArray x = backend.allocate(ElementType.REAL, 200);
        SteinSampler sampler =
            new SteinSampler(
                Score.onHost((at, score) -> {
                  for (int i = 0; i < at.length; i++) {
                    score[i] = 3 - at[i]; // of N(3, 1)
                  }
                }),
                new Particles(x, 1, 200, 1), // states, particles, dimensions
                SteinSampler.Settings.of(StepRule.adaGrad(1), 300).withSeed(7))) {
      sampler.drawNormal(1, 0).run();
      float[] samples = x.toFloats();
      // README: up to here.
      double mean = 0;
      double square = 0;
      for (float sample : samples) {
        mean += sample / 200;
        square += sample * sample / 200;
      }
      assertEquals(3, mean, 0.05);
      assertEquals(10, square, 0.3);
    }
  }

  /** The README shows these very lines. */
  @Test
  void readmeShowsTheExamples() throws IOException {
    Path root = Tables.file("README.md").getParent().getParent();
    String readme = squeeze(Files.readString(root.resolve("README.md")));
    Path source = root.resolve("core/src/test/java/dev/maxent/ReadmeExampleTest.java");
    String code = Files.readString(source);
    String first = between(code, "printed.append.\n", "    assertTrue(printed");
    assertShown(readme, first.replace("printed.append", "System.out.println"));
    assertShown(readme, between(code, "lines below.\n", "      // README: up to here."));
  }

  private static String between(String code, String from, String to) {
    int start = code.indexOf(from) + from.length();
    return code.substring(start, code.indexOf(to, start));
  }

  private static void assertShown(String readme, String example) {
    assertTrue(example.lines().count() > 5, example);
    for (String line : example.lines().toList()) {
      assertTrue(readme.contains(squeeze(line)), () -> "not in the README: " + line);
    }
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }
}
