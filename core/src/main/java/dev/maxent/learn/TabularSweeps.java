package dev.maxent.learn;

import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.environment.TabularMdp;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The device side of {@link SoftQIteration}: two arrays of V that take turns, and when to look. */
final class TabularSweeps implements AutoCloseable {
  private final Backend backend;
  private final SoftQIteration.Settings settings;
  private final Temperature temperature;
  private final BackupRounding rounding;
  private final List<Runnable> closers = new ArrayList<>();
  private final TabularModel model;
  private final DeviceArray actionValues;
  private final DeviceArray policy;
  private final DeviceArray residual;
  private final DeviceArray[] values;
  private final BackupOutputs[] outputs;
  private final ActionValues masked;
  private final PolicyOutputs policyOutputs;
  private int current;
  private int iterations;
  private int improvements;

  TabularSweeps(Backend backend, TabularMdp mdp, SoftQIteration.Settings settings) {
    this.backend = backend;
    this.settings = settings;
    temperature = Temperature.of(settings.temperature());
    rounding = BackupRounding.of(backend, mdp, settings.discount(), settings.temperature());
    try {
      model = mdp.toModel(backend);
      closers.add(model::close);
      actionValues = array(REAL, model.pairs());
      policy = array(REAL, model.pairs());
      residual = array(REAL, 1);
      values = new DeviceArray[] {array(REAL, model.states()), array(REAL, model.states())};
      outputs =
          new BackupOutputs[] {
            new BackupOutputs(actionValues, values[1], residual),
            new BackupOutputs(actionValues, values[0], residual)
          };
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
    masked = ActionValues.of(actionValues, model.states(), model.actions()).withMask(model.mask());
    policyOutputs = PolicyOutputs.none().withProbabilities(policy);
  }

  private DeviceArray array(ElementType type, long length) {
    DeviceArray array = backend.allocate(type, length);
    closers.add(array::close);
    return array;
  }

  @Override
  public void close() {
    closers.forEach(Runnable::run);
  }

  /** What one look at the device showed. */
  private record Look(double residual, double rounding, double errorBound) {}

  /** The smallest residual of one loop and when it was seen. */
  private final class Best {
    private double residual = Double.POSITIVE_INFINITY;
    private int at = iterations;

    /**
     * Whether further sweeps cannot help: the change is within one backup's rounding, and has not
     * fallen for 1/(1 − γ) backups, in which exact arithmetic would divide it by e. Without a
     * contraction slow divergence looks the same, so γ = 1 never ends here.
     */
    boolean isAtRounding(Look look) {
      if (look.residual() < residual) {
        residual = look.residual();
        at = iterations;
      }
      return settings.discount() < 1
          && settings.discount() * look.residual() <= look.rounding()
          && (look.residual() == 0 || iterations - at >= 1 / (1 - settings.discount()));
    }
  }

  SoftQIteration.Solution iterateValues() {
    Best best = new Best();
    while (true) {
      int sweeps = room();
      for (int i = 0; i < sweeps; i++) {
        softBackup();
      }
      Look look = look();
      if (withinTolerance(look)) {
        return solution(look, true);
      }
      if (best.isAtRounding(look)) {
        return solution(look, false);
      }
    }
  }

  SoftQIteration.Solution iteratePolicies(Consumer<double[]> evaluated) {
    double before = Double.POSITIVE_INFINITY;
    while (true) {
      // From V = 0 the first Q is R, and the first policy soft-greedy for it.
      room();
      softBackup();
      Look look = look();
      if (withinTolerance(look)) {
        return solution(look, true);
      }
      // An evaluation is off by up to ε/(1 − γ) at either end: improvement below that is noise.
      double noise = 4 * look.rounding() / (1 - settings.discount());
      if (look.residual() >= before / 2 && look.residual() <= noise) {
        return iterateValues();
      }
      before = look.residual();
      backend.softValue().policy(masked, temperature, policyOutputs);
      improvements++;
      evaluate();
      evaluated.accept(values[current].toDoubles());
    }
  }

  /** Policy evaluation to a quarter of the tolerance, or to where rounding stops it. */
  private void evaluate() {
    double target = settings.tolerance() * (1 - settings.discount()) / 4;
    if (settings.discount() == 1) {
      target = settings.tolerance() / 4;
    }
    Best best = new Best();
    while (true) {
      int sweeps = room();
      for (int i = 0; i < sweeps; i++) {
        policyBackup();
      }
      Look look = look();
      if (look.residual() <= target || best.isAtRounding(look)) {
        return;
      }
    }
  }

  private boolean withinTolerance(Look look) {
    return settings.discount() == 1
        ? look.residual() <= settings.tolerance()
        : look.errorBound() <= settings.tolerance();
  }

  /** Sweeps until the next look; throws where the limit is reached. */
  private int room() {
    int left = settings.maxIterations() - iterations;
    if (left <= 0) {
      throw new NotConvergedException(iterations, residual.toDoubles()[0], advice());
    }
    return Math.min(left, settings.checkEvery());
  }

  private String advice() {
    if (settings.discount() < 1) {
      return "allow more iterations, a larger tolerance or a smaller discount";
    }
    if (improvements > 0) {
      return "with discount 1 a policy on the way whose episodes do not end has no value; try value"
          + " iteration, a discount below 1 or more iterations";
    }
    return "with discount 1 the values may have no limit; try a discount below 1, "
        + (settings.temperature() > 0 ? "temperature 0, " : "")
        + "a larger tolerance or more iterations";
  }

  private void softBackup() {
    backend
        .tabular()
        .softBackup(model, settings.discount(), temperature, values[current], outputs[current]);
    turn();
  }

  private void policyBackup() {
    backend
        .tabular()
        .policyBackup(
            model, settings.discount(), temperature, policy, values[current], outputs[current]);
    turn();
  }

  private void turn() {
    current = 1 - current;
    iterations++;
  }

  private Look look() {
    double change = residual.toDoubles()[0];
    if (!Double.isFinite(change)) {
      throw new NotConvergedException(
          iterations, change, "the values left the finite numbers; try a smaller discount");
    }
    double size = rounding.largestValue();
    // The table's own bound on V needs no download but is loose; near the end V itself is better.
    double near = Math.max(settings.tolerance() * (1 - settings.discount()), rounding.bound(size));
    if (!(settings.discount() * change > near)) {
      size = largest(values[current].toDoubles()) + change;
    }
    double epsilon = rounding.bound(size);
    // The residual itself is a rounded difference.
    double exact = change * (1 + 2 * rounding.unit());
    double bound = (settings.discount() * exact + epsilon) / (1 - settings.discount());
    return new Look(change, epsilon, bound);
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private SoftQIteration.Solution solution(Look look, boolean converged) {
    backend.softValue().policy(masked, temperature, policyOutputs);
    DeviceArray greedy = array(INT32, model.states());
    backend.softValue().greedy(masked, greedy);
    return new SoftQIteration.Solution(
        model.states(),
        model.actions(),
        values[current].toDoubles(),
        actionValues.toDoubles(),
        policy.toDoubles(),
        greedy.toInts(),
        iterations,
        improvements,
        look.residual(),
        look.rounding(),
        settings.discount() == 1 ? Double.POSITIVE_INFINITY : look.errorBound(),
        converged);
  }
}
