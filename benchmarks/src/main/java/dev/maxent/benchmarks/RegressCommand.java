package dev.maxent.benchmarks;

import dev.maxent.backend.Backend;
import dev.maxent.benchmarks.LearningCurves.Curve;
import dev.maxent.benchmarks.RegressFit.Fit;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.NonFiniteException;
import dev.maxent.learn.QRegression.Point;
import dev.maxent.learn.QRegression.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code maxent regress}: Q(s, a) fitted to rewards, then to one-step targets of that fit. */
@Command(
    name = "regress",
    description = "Fits Q(s,a) to the rewards of transitions, then to its one-step soft targets.",
    mixinStandardHelpOptions = true)
final class RegressCommand implements Callable<Integer> {
  /** Looks at a learning curve, and rows of it that are printed. */
  private static final int LOOKS = 50;

  private static final int PRINTED = 5;

  /** Default rate of averaging, times steps. */
  private static final double LAST = 20;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "half-cheetah",
      description = {
        "CSV, gzipped or not, with the columns observation_0.., action_0.., reward,"
            + " next_observation_0.., terminated, or",
        "half-cheetah, hopper, pendulum (default ${DEFAULT-VALUE})"
      })
  private String file;

  @Option(
      names = "--hidden",
      paramLabel = "N[,N...]",
      hideParamSyntax = true,
      split = ",",
      defaultValue = "256,256",
      description = "units of the hidden layers (default ${DEFAULT-VALUE})")
  private int[] hidden;

  @Option(
      names = "--activation",
      paramLabel = "F",
      defaultValue = "relu",
      description =
          "of the hidden layers: identity, relu, tanh, silu or gelu (default ${DEFAULT-VALUE})")
  private Activation activation;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "2000",
      description = "minibatches to learn from, for each target (default ${DEFAULT-VALUE})")
  private int steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "256",
      description = "rows per minibatch (default ${DEFAULT-VALUE})")
  private int batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "R",
      defaultValue = "0.001",
      description = "of Adam (default ${DEFAULT-VALUE})")
  private double learningRate;

  @Option(
      names = "--averaging",
      paramLabel = "T",
      description =
          "rate of a moving average of the weights, which is what is measured and saved; 1 for none"
              + " (default 20 / steps)")
  private Double averaging;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      defaultValue = "2000",
      description = "rows that are not learnt from (default ${DEFAULT-VALUE})")
  private int held;

  @Option(
      names = "--gamma",
      paramLabel = "G",
      defaultValue = "0.99",
      description = "discount of one-step targets, from 0 to 1 (default ${DEFAULT-VALUE})")
  private double gamma;

  @Option(
      names = "--temperature",
      paramLabel = "A",
      defaultValue = "0.2",
      description = "weight of entropy in one-step targets (default ${DEFAULT-VALUE})")
  private double temperature;

  @Option(
      names = "--actions",
      paramLabel = "K",
      defaultValue = "32",
      description = "drawn uniformly to estimate a soft value (default ${DEFAULT-VALUE})")
  private int samples;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "of the split, the start, minibatches, actions (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description = "which backend (default: the fastest, see maxent doctor)")
  private String backendId;

  @Option(
      names = "--picture",
      paramLabel = "PNG",
      description = "draw the learning curves there, over what is there")
  private Path picture;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description =
          "write the second fit there, in the data's units, as safetensors, over what is there")
  private Path save;

  RegressCommand() {}

  @Override
  public Integer call() throws IOException {
    check();
    Transitions data = TransitionCsv.read(file);
    PrintWriter out = spec.commandLine().getOut();
    RegressFit task = task(data);
    try (Backend backend = BackendChoice.open(backendId)) {
      out.println(summary(data, task, backend));
      run(task, data, backend, out);
    } catch (NonFiniteException failure) {
      spec.commandLine().getErr().println("maxent regress: " + failure.getMessage());
      return Main.FAILED;
    }
    return Main.OK;
  }

  private void check() throws IOException {
    argument("--hidden", Arrays.toString(hidden), good(hidden), "1 to 65536 units each");
    argument("--steps", steps, steps > 0, "1 or more");
    argument("--batch", batch, batch > 0, "1 or more");
    boolean rate = learningRate >= Float.MIN_NORMAL && learningRate <= Float.MAX_VALUE;
    argument("--learning-rate", learningRate, rate, "from 2^-126, and finite");
    boolean average = averaging() >= Float.MIN_NORMAL && averaging() <= 1;
    argument("--averaging", averaging(), average, "from 2^-126 to 1");
    argument("--held-out", held, held > 1, "2 or more");
    argument("--gamma", gamma, gamma >= 0 && gamma <= 1, "a number from 0 to 1");
    boolean finite = temperature >= 0 && temperature <= Float.MAX_VALUE;
    argument("--temperature", temperature, finite, "0 or more, and finite");
    argument("--actions", samples, samples > 0 && samples <= 1 << 16, "1 to 65536");
    PictureFile.check(picture);
    if (save != null) {
      AtomicFile.check("--save", save);
    }
    AtomicFile.checkDistinct("--save", save, "--picture", picture);
    InputFile.checkDistinct("--picture", picture, file);
    InputFile.checkDistinct("--save", save, file);
  }

  private static boolean good(int[] widths) {
    return widths.length > 0 && IntStream.of(widths).allMatch(n -> n > 0 && n <= 1 << 16);
  }

  private static void argument(String name, Object value, boolean good, String expected) {
    if (!good) {
      throw InputException.argument(name, value, expected);
    }
  }

  private RegressFit task(Transitions data) {
    int most = data.rows() - held;
    argument(
        "--held-out", held, most > 0, "fewer than the " + data.rows() + " rows of " + data.name());
    if (batch > most) {
      throw InputException.argument(
          "--batch",
          batch,
          "at most the " + most + " rows of " + data.rows() + " that are not held out");
    }
    Settings settings =
        Settings.of(steps, batch, learningRate)
            .withSeed(seed)
            .withAveraging(averaging())
            .withEvery(Math.max(1, steps / LOOKS));
    return new RegressFit(data, shape(data), settings, held);
  }

  /** About the last tenth of the steps counts; none where there are few. */
  private double averaging() {
    return averaging == null ? Math.min(1, LAST / steps) : averaging;
  }

  private NetworkShape shape(Transitions data) {
    int inputs = data.observations().width() + data.actions().width();
    int[] widths = new int[hidden.length + 2];
    widths[0] = inputs;
    System.arraycopy(hidden, 0, widths, 1, hidden.length);
    widths[hidden.length + 1] = 1;
    try {
      return NetworkShape.of(widths).activation(activation);
    } catch (IllegalArgumentException tooLarge) {
      throw new InputException(
          "--hidden = " + Arrays.toString(hidden) + ": " + tooLarge.getMessage(), tooLarge);
    }
  }

  private String summary(Transitions data, RegressFit task, Backend backend) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %s, %s; %s to learn from, %d held out; %d-%s-1 %s, batch %d, Adam %s, averaging"
            + " %.3g, seed %d, on %s",
        data.name(),
        Words.count(data.rows(), "transition"),
        Words.count(data.observations().width(), "observation"),
        Words.count(data.actions().width(), "action"),
        Words.count(task.learnt(), "row"),
        held,
        data.observations().width() + data.actions().width(),
        IntStream.of(hidden).mapToObj(Integer::toString).collect(Collectors.joining("-")),
        activation.toString().toLowerCase(Locale.ROOT),
        batch,
        Words.number(learningRate),
        averaging(),
        seed,
        backend.info().id());
  }

  private void run(RegressFit task, Transitions data, Backend backend, PrintWriter out)
      throws IOException {
    int every = Math.max(1, steps / LOOKS);
    Fit reward;
    Fit oneStep;
    try (Progress progress = new Progress("regress", 2L * ((steps + every - 1) / every))) {
      progress.step("reward");
      reward = task.fit("reward", data.rewards(), backend, _ -> progress.done());
      try (reward) {
        float[] targets =
            new OneStepTargets(reward.network(), data, gamma, temperature, samples).of(seed);
        progress.step("one-step targets");
        oneStep = task.fit("one-step targets", targets, backend, _ -> progress.done());
      }
    }
    try (oneStep) {
      out.println(
          "minibatch, held out: mean squared error / variance of the targets learnt from; R2: 1 -"
              + " mean squared error / variance of the targets held out");
      print(out, reward);
      print(out, oneStep);
      write(out, data, reward, oneStep);
    }
  }

  private void print(PrintWriter out, Fit fit) {
    double explained = fit.curve().last().explained()[0];
    out.printf(
        Locale.ROOT,
        "%s: %s held out, after %s in %.3f s, looks and HotSpot's compiling included%n",
        fit.curve().name(),
        Double.isNaN(explained) ? "no R2, as the targets do not vary" : "R2 " + cell(explained),
        Words.count(steps, "step"),
        fit.seconds());
    TextTable table = new TextTable(0, "step", "minibatch", "held out", "R2");
    List<Point> points = fit.curve().points();
    int last = points.size() - 1;
    for (int i = 0; i <= Math.min(PRINTED, last); i++) {
      Point point = points.get((int) ((long) last * i / Math.min(PRINTED, last)));
      table.add(
          Integer.toString(point.step()),
          cell(2 * point.loss()[0]),
          cell(point.error()[0]),
          cell(point.explained()[0]));
    }
    out.print(table);
  }

  /** Four digits after the point, or four in all of what is large; "-" where there is none. */
  private static String cell(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, Math.abs(value) < 1000 ? "%.4f" : "%.3e", value);
  }

  private void write(PrintWriter out, Transitions data, Fit reward, Fit oneStep)
      throws IOException {
    if (picture != null) {
      List<Curve> curves = List.of(reward.curve(), oneStep.curve());
      AtomicFile.writeBytes(picture, LearningCurves.png(data.name(), curves));
      out.println("wrote " + picture);
    }
    if (save != null) {
      oneStep.network().save(save);
      out.println("wrote " + save);
    }
  }
}
