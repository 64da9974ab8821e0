package dev.maxent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.environment.Tables;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
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

  /** The README shows these very lines. */
  @Test
  void readmeShowsTheExample() throws IOException {
    Path root = Tables.file("README.md").getParent().getParent();
    String readme = squeeze(Files.readString(root.resolve("README.md")));
    Path source = root.resolve("core/src/test/java/dev/maxent/ReadmeExampleTest.java");
    String code = Files.readString(source);
    int from = code.indexOf("    try (Backend backend");
    int to = code.indexOf("    assertTrue(printed");
    String example = code.substring(from, to).replace("printed.append", "System.out.println");
    for (String line : example.lines().toList()) {
      assertTrue(readme.contains(squeeze(line)), () -> "not in the README: " + line);
    }
  }

  private static String squeeze(String text) {
    return text.replaceAll("\\s+", "");
  }
}
