package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SampleCommandTest {
  private static final List<String> SMALL =
      List.of("sample", "--backend=reference", "--particles=40", "--steps=50");

  @TempDir private Path folder;

  private static Cli small(String... more) {
    return Cli.run(Stream.concat(SMALL.stream(), Stream.of(more)).toArray(String[]::new));
  }

  static List<SampleTarget> targets() {
    return SampleTarget.ALL;
  }

  @Test
  void printsMomentsAgainstExactOnes() {
    Cli run =
        Cli.run("sample", "--target=liu-wang", "--backend=cpu", "--particles=200", "--steps=800");
    assertEquals(0, run.code(), run.err());
    assertEquals("", run.err());
    assertTrue(
        run.out().startsWith("liu-wang: 2 Gaussians in 1 dimension; 200 particles from N(-10, 1)"),
        run.out());
    assertTrue(run.out().contains("800 steps in "), run.out());
    String[] cells = run.out().lines().toList().getLast().strip().split(" +", -1);
    assertEquals("x_0", cells[0]);
    assertEquals(2.0 / 3, Double.parseDouble(cells[1]), 0.05);
    assertEquals("0.6667", cells[2]);
    assertEquals(5, Double.parseDouble(cells[3]), 0.15);
    assertEquals("5.0000", cells[4]);
  }

  @Test
  void comesCloserToTheDensity() {
    Cli run = small();
    assertEquals(0, run.code(), run.err());
    String line =
        run.out().lines().filter(l -> l.startsWith("squared Stein")).findFirst().orElseThrow();
    String[] words = line.split(" ", -1);
    double before = Double.parseDouble(words[3]);
    double after = Double.parseDouble(words[5]);
    assertTrue(after > 0 && after < before / 100, line);
  }

  @Test
  void writesParticles() throws IOException {
    Path output = folder.resolve("samples.csv");
    Path again = folder.resolve("again.csv");
    Path other = folder.resolve("other.csv");
    assertEquals(0, small("--output=" + output).code());
    assertEquals(0, small("--output=" + again).code());
    assertEquals(0, small("--output=" + other, "--seed=2").code());
    List<String> lines = Files.readAllLines(output);
    assertEquals("x_0,x_1", lines.getFirst());
    assertEquals(41, lines.size());
    for (String line : lines.subList(1, 41)) {
      assertEquals(2, Stream.of(line.split(",", -1)).map(Double::valueOf).toList().size());
    }
    assertEquals(-1, Files.mismatch(output, again));
    assertTrue(Files.mismatch(output, other) > 0);
    assertEquals(List.of(again, other, output), files());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void drawsEveryTarget(SampleTarget target) throws IOException {
    Path picture = folder.resolve("sample.png");
    Cli run = small("--target=" + target, "--picture=" + picture);
    assertEquals(0, run.code(), run.err());
    assertTrue(run.out().endsWith("wrote " + picture + System.lineSeparator()), run.out());
    BufferedImage image = ImageIO.read(picture.toFile());
    assertNotNull(image);
    // Two panels beside each other, and particles in both, before and after.
    assertTrue(image.getWidth() > 1.5 * image.getHeight(), image::toString);
    assertTrue(orange(image, 0, image.getWidth() / 2) > 100, image::toString);
    assertTrue(orange(image, image.getWidth() / 2, image.getWidth()) > 100, image::toString);
    assertEquals(List.of(picture), files());
  }

  private static int orange(BufferedImage image, int from, int to) {
    int found = 0;
    for (int x = from; x < to; x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        int rgb = image.getRGB(x, y);
        if ((rgb >> 16 & 0xFF) - (rgb & 0xFF) > 60) {
          found++;
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("targets")
  void scoresAreSlopesOfLogDensities(SampleTarget target) {
    GaussianMixture density = target.density();
    int d = density.dimensions();
    double[] exact = new double[d];
    float[] x = new float[d];
    for (int c = 0; c < d; c++) {
      x[c] = 0.5f + c;
    }
    double step = 1e-5;
    for (int c = 0; c < d; c++) {
      double[] up = doubles(x);
      double[] down = doubles(x);
      up[c] += step;
      down[c] -= step;
      exact[c] = Math.log(density.density(up) / density.density(down)) / (2 * step);
    }
    float[] score = new float[d];
    density.score(x, score);
    // Slopes near 1 in float32.
    assertArrayEquals(exact, doubles(score), 4e-7);
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** By a sum over a grid, which for such smooth functions is exact to many digits. */
  @ParameterizedTest
  @MethodSource("targets")
  void momentsAreThoseOfTheDensity(SampleTarget target) {
    GaussianMixture density = target.density();
    boolean plane = density.dimensions() == 2;
    double step = 0.1;
    double total = 0;
    double mean = 0;
    double square = 0;
    for (double x = -12; x <= 12; x += step) {
      double mass = 0;
      for (double y = plane ? -12 : 0; y <= (plane ? 12 : 0); y += step) {
        mass += plane ? density.density(x, y) * step * step : density.density(x) * step;
      }
      total += mass;
      mean += mass * x;
      square += mass * x * x;
    }
    assertEquals(1, total, 1e-9);
    assertEquals(density.mean(0), mean, 1e-9);
    assertEquals(density.square(0), square, 1e-9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--target=moon       | --target = moon: expected five-modes or liu-wang",
        "--particles=0       | --particles = 0: expected 1 to 1000000",
        "--particles=1000001 | --particles = 1000001: expected 1 to 1000000",
        "--particles=many    | --particles = many: expected a whole number, at most 2147483647",
        "--steps=-1          | --steps = -1: expected 0 or more",
        "--seed=x            | --seed = x: expected a whole number from -9223372036854775808 to",
        "--backend=abacus    | --backend = abacus: expected one of ",
        "--output=no/f.csv   | --output = no/f.csv: expected a file in a folder that exists",
        "--picture=.         | --picture = .: expected a file, this is a folder",
        "--picture=no/f.png  | --picture = no/f.png: expected a file in a folder that exists",
        "--picture=f.jpg     | --picture = f.jpg: expected a name that ends in .png",
        "--colour            | Unknown option: '--colour'",
        "file                | Unmatched argument at index 1: 'file'",
      })
  void refusesBadArguments(String argument, String expected) throws IOException {
    Path output = folder.resolve("samples.csv");
    Path picture = folder.resolve("sample.png");
    for (String more : List.of("--output=" + output, "--picture=" + picture, "--steps=10")) {
      boolean given = argument.startsWith(more.substring(0, more.indexOf('=')));
      Cli run = given ? Cli.run("sample", argument) : Cli.run("sample", argument, more);
      assertEquals(2, run.code(), run.out());
      assertTrue(run.err().startsWith("maxent sample: " + expected), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
    }
    assertEquals(List.of(), files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
