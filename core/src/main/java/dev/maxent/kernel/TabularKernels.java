package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * Backups of soft value iteration and soft policy evaluation on a table of transitions. Both are
 * γ-contractions in the maximum norm. Source: Haarnoja et al. 2017 (arXiv 1702.08165), theorems 3
 * and 4.
 *
 * <p>Errors are as in {@link SoftValueKernels}; special rows of Q give the V of its table, except
 * that a state without allowed actions is terminal: V′ = 0.
 */
public abstract class TabularKernels {
  private final Backend backend;

  /**
   * For subclasses.
   *
   * @param backend the backend that owns the arrays
   */
  protected TabularKernels(Backend backend) {
    this.backend = Objects.requireNonNull(backend, "backend");
  }

  /**
   * One backup of soft value iteration: Q = R + γ P V, V′ = α log Σ exp(Q/α) over the allowed
   * actions, and the residual ‖V′ − V‖∞ (NaN if any V′ − V is NaN).
   *
   * @param model the table
   * @param discount γ, from 0 to 1
   * @param temperature α; per row means per state
   * @param values REAL, states: V
   * @param outputs where Q, V′ and the residual go
   */
  public final void softBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs) {
    backend.enter();
    try {
      check(model, discount, temperature, values, outputs);
      launchSoftBackup(model, discount, temperature, values, outputs);
    } finally {
      backend.exit();
    }
  }

  /**
   * One backup of soft policy evaluation: Q = R + γ P V, V′ = Σ π (Q − α log π) over the allowed
   * actions (terms with π = 0 count 0), and the residual ‖V′ − V‖∞ (NaN if any V′ − V is NaN).
   *
   * @param model the table
   * @param discount γ, from 0 to 1
   * @param temperature α; per row means per state
   * @param policy REAL, states × actions: π; excluded actions are not looked at
   * @param values REAL, states: V
   * @param outputs where Q, V′ and the residual go
   */
  public final void policyBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray policy,
      DeviceArray values,
      BackupOutputs outputs) {
    backend.enter();
    try {
      check(model, discount, temperature, values, outputs);
      Checks.array(backend, "policy", policy, REAL, model.pairs());
      Checks.distinct("actionValues", outputs.actionValues(), "policy", policy);
      Checks.distinct("nextValues", outputs.nextValues(), "policy", policy);
      Checks.distinct("residual", outputs.residual(), "policy", policy);
      launchPolicyBackup(model, discount, temperature, policy, values, outputs);
    } finally {
      backend.exit();
    }
  }

  private void check(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs) {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(outputs, "outputs");
    Checks.discount(discount);
    model.check(backend);
    Checks.temperature(backend, temperature, model.states());
    Checks.array(backend, "values", values, REAL, model.states());
    outputs.check(backend, model, temperature, values);
  }

  /**
   * Hook of {@link #softBackup}.
   *
   * @param model checked
   * @param discount checked
   * @param temperature checked
   * @param values checked
   * @param outputs out
   */
  protected abstract void launchSoftBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs);

  /**
   * Hook of {@link #policyBackup}.
   *
   * @param model checked
   * @param discount checked
   * @param temperature checked
   * @param policy checked
   * @param values checked
   * @param outputs out
   */
  protected abstract void launchPolicyBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray policy,
      DeviceArray values,
      BackupOutputs outputs);
}
