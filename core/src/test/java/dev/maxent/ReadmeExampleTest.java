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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of README.md, so that it compiles and prints what the README says. */
class ReadmeExampleTest {
  private static final Path ROOT = Tables.file("README.md").getParent().getParent();

  @Test
  void example() throws IOException {
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
    assertNumbers(solved(), numbers(printed.toString()));
    String readme = Files.readString(ROOT.resolve("README.md"));
    String shown = between(readme, "prints, up to the last digits,\n\n```\n", "```");
    assertNumbers(solved(), numbers(shown));
  }

  /** V, π and H of both rows by their formulas: α = ½, and Q = 1, 2, 3 or all 4. */
  private static double[] solved() {
    double sum = Math.exp(2) + Math.exp(4) + Math.exp(6);
    double[] p = {Math.exp(2) / sum, Math.exp(4) / sum, Math.exp(6) / sum};
    double entropy = 0;
    for (double each : p) {
      entropy -= each * Math.log(each);
    }
    double third = 1.0 / 3;
    return new double[] {
      Math.log(sum) / 2,
      4 + Math.log(3) / 2,
      p[0],
      p[1],
      p[2],
      third,
      third,
      third,
      entropy,
      Math.log(3)
    };
  }

  private static double[] numbers(String text) {
    return Pattern.compile("[0-9][0-9.E-]*")
        .matcher(text)
        .results()
        .mapToDouble(number -> Double.parseDouble(number.group()))
        .toArray();
  }

  /** Up to the last digits of a float32. */
  private static void assertNumbers(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length, () -> Arrays.toString(actual));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-6 * expected[i], () -> Arrays.toString(actual));
    }
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
    String readme = squeeze(Files.readString(ROOT.resolve("README.md")));
    Path source = ROOT.resolve("core/src/test/java/dev/maxent/ReadmeExampleTest.java");
    String code = Files.readString(source);
    String first = between(code, "printed.append.\n", "    assertNumbers(solved");
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
