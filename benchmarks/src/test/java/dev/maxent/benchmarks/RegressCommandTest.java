package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.QNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegressCommandTest {
  private static final String HEADER =
      "reward,observation_0,action_0,next_observation_0,terminated\n";

  @TempDir private Path folder;

  private static double[] explained(Cli run) {
    Matcher line = Pattern.compile("R2 (\\S+) held out, after").matcher(run.out());
    return line.results().mapToDouble(r -> Double.parseDouble(r.group(1))).toArray();
  }

  /** What the issue of this command asks for: the reward of Half-Cheetah in 1,065 steps. */
  @Test
  void explainsHalfCheetah() {
    Cli run = Cli.run("regress", "--backend=cpu", "--steps=1065");
    assertEquals(0, run.code(), run.err());
    assertTrue(
        run.out()
            .startsWith(
                "half-cheetah (bundled): 20000 transitions, 17 observations, 6 actions; 18000"
                    + " rows to learn from, 2000 held out; 23-256-256-1 relu, batch 256"),
        run.out());
    double[] found = explained(run);
    assertEquals(2, found.length, run.out());
    assertTrue(found[0] >= 0.97 && found[0] < 1, run.out());
    assertTrue(found[1] >= 0.9 && found[1] < 1, run.out());
  }

  /** Reward = observation − 2 action, the next observation is 3: a linear network knows it all. */
  private Path line(int rows) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < rows; i++) {
      double s = random.nextDouble(10, 14);
      double a = random.nextDouble(-1, 1);
      text.append(String.format(Locale.ROOT, "%.6f,%.6f,%.6f,3,%d%n", s - 2 * a, s, a, i % 2));
    }
    return Files.writeString(folder.resolve("line.csv"), text);
  }

  /**
   * Terminated rows have y = r; of the others y = r + γ V with Q = s − 2 a at s = 3, whose V is the
   * logarithm of an integral that is known: α log ∫ exp((3 − 2 a) / α) da over −1 to 1.
   */
  @Test
  void oneStepTargetsByHand() throws IOException {
    Path file = line(400);
    Transitions data = TransitionCsv.read(file.toString());
    double[] theta = {1, -2, 0};
    try (Backend backend = Backends.open("reference");
        QNetwork exact = QNetwork.of(backend, NetworkShape.of(2, 1), theta)) {
      double alpha = 0.5;
      float[] targets = new OneStepTargets(exact, data, 0.9, alpha, 4000).of(1);
      double value = 3 + alpha * Math.log(alpha / 2 * (Math.exp(2 / alpha) - Math.exp(-2 / alpha)));
      for (int i = 0; i < targets.length; i++) {
        float expected = data.rewards()[i] + (i % 2 == 1 ? 0 : (float) (0.9 * value));
        // 4,000 draws: exp(Q / α) varies by √(E X² / (E X)² − 1) = 1.7 of its mean, so the mean
        // over draws by 0.03, its logarithm times 0.5 by 0.014; 200 rows see some 3 deviations.
        assertEquals(expected, targets[i], i % 2 == 1 ? 0 : 0.06, "row " + i);
      }
    }
  }

  @Test
  void savesNetworkInUnitsOfTheFile() throws IOException {
    Path saved = folder.resolve("q.safetensors");
    Path picture = folder.resolve("curve.png");
    Cli run =
        Cli.run(
            "regress",
            line(400).toString(),
            "--backend=reference",
            "--hidden=8",
            "--activation=identity",
            "--gamma=0",
            "--steps=400",
            "--batch=50",
            "--held-out=50",
            "--learning-rate=0.02",
            "--actions=2",
            "--picture=" + picture,
            "--save=" + saved);
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    for (double r : explained(run)) {
      assertTrue(r > 0.999, run.out());
    }
    assertNotNull(ImageIO.read(picture.toFile()));
    try (Backend backend = Backends.open("reference");
        QNetwork network = QNetwork.load(backend, saved);
        DeviceArray x = backend.real(12, 0.5f, 11, -0.5f);
        DeviceArray q = backend.allocate(ElementType.REAL, 2)) {
      backend.network().forward(network.network(), NetworkInputs.shared(x, 2), q);
      assertEquals(11, q.toFloats()[0], 0.05);
      assertEquals(12, q.toFloats()[1], 0.05);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-such-file        | FILE = no-such-file: expected a file, or one of half-cheetah, ",
        ".                   | FILE = .: expected a file, this is a folder",
        "--hidden=4,x        | --hidden = x: expected a whole number, at most 2147483647",
        "--steps=2.5         | --steps = 2.5: expected a whole number, at most 2147483647",
        "--hidden=0          | --hidden = [0]: expected 1 to 65536 units each",
        "--hidden=60000,60000 | --hidden = [60000, 60000]: widths = ",
        "--activation=sine   | --activation = sine: expected identity or relu or tanh or silu or"
            + " gelu",
        "--steps=0           | --steps = 0: expected 1 or more",
        "--batch=0           | --batch = 0: expected 1 or more",
        "--batch=18001       | --batch = 18001: expected at most the 18000 rows of 20000",
        "--learning-rate=0   | --learning-rate = 0: expected from 2^-126, and finite",
        "--learning-rate=NaN | --learning-rate = NaN: expected from 2^-126, and finite",
        "--averaging=0       | --averaging = 0: expected from 2^-126 to 1",
        "--averaging=NaN     | --averaging = NaN: expected from 2^-126 to 1",
        "--held-out=1        | --held-out = 1: expected 2 or more",
        "--held-out=20000    | --held-out = 20000: expected fewer than the 20000 rows of half-",
        "--gamma=1.1         | --gamma = 1.1: expected a number from 0 to 1",
        "--temperature=-1    | --temperature = -1: expected 0 or more, and finite",
        "--actions=0         | --actions = 0: expected 1 to 65536",
        "--backend=abacus    | --backend = abacus: expected one of ",
        "--picture=f.jpg     | --picture = f.jpg: expected a name that ends in .png",
        "--save=no/f         | --save = no/f: expected a file in a folder that exists",
      })
  void refusesBadArguments(String argument, String expected) throws IOException {
    Path output = folder.resolve("q.safetensors");
    boolean saves = argument.startsWith("--save");
    Cli run =
        saves ? Cli.run("regress", argument) : Cli.run("regress", argument, "--save=" + output);
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().startsWith("maxent regress: " + expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals(List.of(), files());
  }

  /** What a file holds must still be there after its name was given twice. */
  @Test
  void keepsItsInput() throws IOException {
    Path file = line(40);
    Path named = Files.copy(file, folder.resolve("line.png"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    keeps(file, "--save", file);
    keeps(file, "--save", link);
    keeps(named, "--picture", named);
  }

  private static void keeps(Path file, String option, Path output) throws IOException {
    byte[] before = Files.readAllBytes(file);
    Cli run =
        Cli.run("regress", file.toString(), "--held-out=5", "--batch=5", option, output.toString());
    assertEquals(2, run.code(), run.out());
    String expected = option + " = " + output + ": expected another file than FILE";
    assertTrue(run.err().startsWith("maxent regress: " + expected), run.err());
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void saysThatTargetsDoNotVary() throws IOException {
    String text = HEADER + "1,2,3,4,1\n".repeat(20);
    String file = Files.writeString(folder.resolve("constant.csv"), text).toString();
    String fit = "--backend=reference --hidden=4 --batch=5 --held-out=5 --steps=1";
    List<String> arguments = new ArrayList<>(List.of("regress", file));
    arguments.addAll(List.of(fit.split(" ")));
    Cli run = Cli.run(arguments.toArray(String[]::new));
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().contains("no R2, as the targets do not vary held out, after"), run.out());
    assertTrue(run.out().contains("after 1 step in"), run.out());
    assertTrue(run.out().contains("1 observation, 1 action; 15 rows"), run.out());
  }

  /** One line each, not a network of NaN. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--temperature=3e38   | the one-step target of row ",
        "--learning-rate=1e30 | reward: parameter "
      })
  void refusesFitsThatOverflow(String argument, String expected) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 40; i++) {
      text.append("%de37,%d,%d,2,0%n".formatted(i % 7 - 3, i % 3, i % 5));
    }
    String file = Files.writeString(folder.resolve("wide.csv"), text).toString();
    String fit = "--hidden=8,8 --batch=10 --held-out=10 --steps=1 --activation=identity";
    List<String> arguments = new ArrayList<>(List.of("regress", file, "--backend=cpu", argument));
    arguments.addAll(List.of(fit.split(" ")));
    arguments.add("--save=" + folder.resolve("q"));
    Cli run = Cli.run(arguments.toArray(String[]::new));
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().startsWith("maxent regress: " + expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals(1, files().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                               | 0 columns observation_0 ..., 0 action_0 ...",
        "reward,terminated                | 0 columns observation_0 ..., 0 action_0 ...",
        "observation_1,action_0,next_observation_0,reward,terminated"
            + "| column 'observation_0' is missing",
        "observation_0,action_0,next_observation_0,terminated | , line 1: column 'reward' is"
            + " missing: the header is 'observation_0,",
        "observation_0,action_0,next_observation_0,next_observation_1,reward,terminated"
            + "| 1 columns observation_0 ..., 1 action_0 ..., 2 next_observation_0 ...: expected",
        "reward,reward | The header contains a duplicate name",
      })
  void refusesBadHeaders(String header, String expected) throws IOException {
    refuses(header + "\n1,2,3,4,5\n", expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2,3,4,2   | , line 3: terminated = '2': expected 0, 1, true or false",
        "1,x,3,4,0   | , line 3: observation_0 = 'x': expected a finite number",
        "1,2,NaN,4,0 | , line 3: action_0 = 'NaN': expected a finite number",
        "1e99,2,3,4,0 | , line 3: reward = '1e99': expected a finite number",
        "1,2,3,4     | , line 3: 4 cells: expected 5 as in the header",
      })
  void refusesBadRows(String row, String expected) throws IOException {
    refuses(HEADER + "1,2,3,4,0\n" + row + "\n", expected);
  }

  @Test
  void refusesNoRowsAndDamage() throws IOException {
    refuses("", ": the file is empty: expected a header and rows");
    refuses(HEADER + "\n1,2,3,4,0\n\nx,2,3,4,0", ", line 5: reward = 'x'");
    refuses(HEADER, ": there are no rows below the header");
    Path file = folder.resolve("broken.csv.gz");
    for (int length : new int[] {2, 5}) {
      Files.write(file, Arrays.copyOf(new byte[] {0x1f, (byte) 0x8b, 8, 0, 1}, length));
      refuses(file, ": its compressed data end early");
    }
    Files.write(file, (HEADER + "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    refuses(file, ": it is not UTF-8: expected a CSV file, gzipped or not");
  }

  @Test
  void takesByteOrderMark() throws IOException {
    Path file = Files.writeString(folder.resolve("marked.csv"), "\uFEFF" + HEADER + "1,2,3,4,0\n");
    assertArrayEquals(new float[] {1}, TransitionCsv.read(file.toString()).rewards());
  }

  private void refuses(String text, String expected) throws IOException {
    refuses(Files.writeString(folder.resolve("bad.csv"), text), expected);
  }

  private static void refuses(Path file, String expected) {
    Cli run = Cli.run("regress", file.toString());
    assertEquals(2, run.code(), run.out());
    assertTrue(run.err().startsWith("maxent regress: " + file), run.err());
    assertTrue(run.err().contains(expected), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
