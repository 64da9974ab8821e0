package dev.maxent.benchmarks;

import static dev.maxent.backend.ElementType.REAL;
import static java.util.stream.Collectors.joining;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.learn.Score;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.SteinSampler.Settings;
import dev.maxent.learn.StepRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code maxent sample}: particles that move until they follow a density. */
@Command(
    name = "sample",
    description = "Samples a density by Stein variational gradient descent.",
    mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
  private static final int MOST_PARTICLES = 1_000_000;

  /** Calls of the progress bar. */
  private static final int TICKS = 100;

  private static final double START_DEVIATION = 1;

  /** Of AdaGrad, whose steps shrink: large enough for particles to go on crossing between modes. */
  private static final double RATE = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--target",
      paramLabel = "T",
      defaultValue = "five-modes",
      description = {
        "five-modes: five Gaussians in the plane (default)",
        "liu-wang: 1/3 N(-2,1) + 2/3 N(2,1) from N(-10,1), as in their paper of 2016"
      })
  private String targetName;

  @Option(
      names = "--particles",
      paramLabel = "N",
      defaultValue = "300",
      description = "how many (default ${DEFAULT-VALUE}); a step takes N^2")
  private int count;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "1000",
      description = "how many (default ${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the start (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description = "which backend (default: the fastest, see maxent doctor)")
  private String backendId;

  @Option(
      names = "--output",
      paramLabel = "CSV",
      description = "write the particles there, over what is there")
  private Path output;

  @Option(
      names = "--picture",
      paramLabel = "PNG",
      description = "draw the particles before and after there, over what is there")
  private Path picture;

  SampleCommand() {}

  /** Particles at one moment, and their squared discrepancy. */
  @SuppressWarnings("ArrayRecordComponent") // to read
  record Look(float[] particles, double discrepancy) {}

  @Override
  public Integer call() throws IOException {
    SampleTarget target = SampleTarget.of(targetName);
    check();
    PrintWriter out = spec.commandLine().getOut();
    try (Backend backend = BackendChoice.open(backendId)) {
      out.println(summary(target, backend));
      sample(target, backend, out);
    }
    return Main.OK;
  }

  private void check() throws IOException {
    if (count < 1 || count > MOST_PARTICLES) {
      throw InputException.argument("--particles", count, "1 to " + MOST_PARTICLES);
    }
    if (steps < 0) {
      throw InputException.argument("--steps", steps, "0 or more");
    }
    if (output != null) {
      AtomicFile.check("--output", output);
    }
    PictureFile.check(picture);
    AtomicFile.checkDistinct("--picture", picture, "--output", output);
  }

  private String summary(SampleTarget target, Backend backend) {
    double[] mean = target.start();
    boolean line = mean.length == 1;
    GaussianMixture density = target.density();
    String start =
        line
            ? Words.number(mean[0])
            : Arrays.stream(mean).mapToObj(Words::number).collect(joining(", ", "(", ")"));
    return String.format(
        Locale.ROOT,
        "%s: %s in %s; %s from N(%s, %s), seed %d; AdaGrad with rate %s, bandwidth by Liu and"
            + " Wang's rule, on %s",
        target,
        Words.count(density.components(), "Gaussian"),
        Words.count(density.dimensions(), "dimension"),
        Words.count(count, "particle"),
        start,
        line ? "1" : "I",
        seed,
        Words.number(RATE),
        backend.info().id());
  }

  private void sample(SampleTarget target, Backend backend, PrintWriter out) throws IOException {
    int d = target.density().dimensions();
    Score score = Score.onHost(target.density()::score);
    Settings settings = Settings.of(StepRule.adaGrad(RATE), steps).withSeed(seed);
    try (DeviceArray x = backend.allocate(REAL, (long) count * d);
        SteinSampler sampler = new SteinSampler(score, new Particles(x, 1, count, d), settings)) {
      sampler.drawNormal(START_DEVIATION, target.start());
      Look before = look(sampler, score, backend);
      double seconds = run(sampler);
      Look after = look(sampler, score, backend);
      print(out, target.density(), before, after, seconds);
      byte[] image = picture == null ? null : SamplePicture.png(target, before, after, steps);
      if (output != null) {
        AtomicFile.write(output, writer -> write(after.particles(), d, writer));
        out.println("wrote " + output);
      }
      if (image != null) {
        AtomicFile.writeBytes(picture, image);
        out.println("wrote " + picture);
      }
    }
  }

  private double run(SteinSampler sampler) {
    int every = Math.max(1, steps / TICKS);
    long start = System.nanoTime();
    try (Progress progress = new Progress("sample", (steps + every - 1) / every)) {
      sampler.run(every, (_, _) -> progress.done());
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  /** The discrepancy with h = 1, so that both looks take the same measure. */
  private static Look look(SteinSampler sampler, Score score, Backend backend) {
    Particles particles = sampler.particles();
    try (DeviceArray scores = backend.allocate(REAL, particles.size());
        DeviceArray discrepancy = backend.allocate(REAL, 1)) {
      score.score(backend, particles, scores);
      SteinKernel imq = SteinKernel.imq(1, -0.5);
      backend.stein().discrepancy(particles, scores, imq, Bandwidth.of(1), discrepancy);
      return new Look(particles.array().toFloats(), discrepancy.toFloats()[0]);
    }
  }

  private void print(
      PrintWriter out, GaussianMixture density, Look before, Look after, double seconds) {
    out.printf(
        Locale.ROOT,
        "%s in %.3f s, with the score in Java, HotSpot's compiling included%n",
        Words.count(steps, "step"),
        seconds);
    out.printf(
        Locale.ROOT,
        "squared Stein discrepancy %.3g before, %.3g after (IMQ kernel, h = 1)%n",
        before.discrepancy(),
        after.discrepancy());
    TextTable table = new TextTable(1, "", "mean", "exact", "mean square", "exact");
    int d = density.dimensions();
    for (int c = 0; c < d; c++) {
      double mean = 0;
      double square = 0;
      for (int i = c; i < after.particles().length; i += d) {
        double x = after.particles()[i];
        mean += x / count;
        square += x * x / count;
      }
      table.add("x_" + c, cell(mean), cell(density.mean(c)), cell(square), cell(density.square(c)));
    }
    out.print(table);
  }

  private static String cell(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static void write(float[] particles, int d, Writer writer) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    try (CSVPrinter csv = new CSVPrinter(writer, format)) {
      for (int c = 0; c < d; c++) {
        csv.print("x_" + c);
      }
      csv.println();
      for (int i = 0; i < particles.length; i += d) {
        for (int c = 0; c < d; c++) {
          csv.print(particles[i + c]);
        }
        csv.println();
      }
    }
  }
}
