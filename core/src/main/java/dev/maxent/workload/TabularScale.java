package dev.maxent.workload;

import static dev.maxent.workload.Tolerance.EPSILON;

import dev.maxent.reference.SoftRow;

/**
 * The condition of each pair and state of a tabular case, as in {@link SoftScale}: Q is a sum whose
 * error is ε times the sum of its terms' magnitudes, and V′ moves by no more than the largest error
 * of its row of Q, as log-sum-exp and expectations are 1-Lipschitz in the maximum norm.
 */
final class TabularScale {
  private final Inputs inputs;
  private final int states;
  private final int actions;
  private final double[] q;
  private final double[] actionValue;
  private final double[] softValue;
  private final double[] policyValue;

  private TabularScale(Inputs inputs) {
    this.inputs = inputs;
    states = inputs.integer("states");
    actions = inputs.integer("actions");
    q = new double[states * actions];
    actionValue = new double[states * actions];
    softValue = new double[states];
    policyValue = new double[states];
    SoftRow row = new SoftRow(actions);
    for (int s = 0; s < states; s++) {
      double worst = 0;
      for (int a = 0; a < actions; a++) {
        measurePair(s * actions + a);
        // V is finite only if no action is +∞, and then actions of −∞ have no part in it.
        if (Double.isFinite(q[s * actions + a])) {
          worst = Math.max(worst, actionValue[s * actions + a]);
        }
      }
      measureState(row, s, worst);
    }
  }

  static TabularScale of(Inputs inputs) {
    return inputs.derive(TabularScale.class, TabularScale::new);
  }

  private boolean allowed(int pair) {
    return inputs.bytes("mask")[pair] != 0;
  }

  private void measurePair(int pair) {
    if (!allowed(pair)) {
      actionValue[pair] = 0;
      return;
    }
    int[] offsets = inputs.ints("rowOffsets");
    double expectation = 0;
    double magnitude = 0;
    for (int i = offsets[pair]; i < offsets[pair + 1]; i++) {
      double v = inputs.reals("values")[inputs.ints("nextStates")[i]];
      double term = inputs.reals("probabilities")[i] * v;
      expectation += term;
      magnitude += Math.abs(term);
    }
    double discount = inputs.number("discount");
    double reward = inputs.reals("rewards")[pair];
    q[pair] = reward + discount * expectation;
    // A chain of n sums rounds each partial sum; on average √n roundings remain.
    double growth = Math.sqrt(1 + offsets[pair + 1] - offsets[pair]);
    actionValue[pair] = EPSILON * (Math.abs(q[pair]) + growth * discount * magnitude);
  }

  private void measureState(SoftRow row, int s, double worst) {
    row.begin(actions);
    double magnitude = 0;
    double weighted = 0;
    double alpha = alpha(s);
    int count = 0;
    for (int a = 0; a < actions; a++) {
      int pair = s * actions + a;
      if (!allowed(pair)) {
        row.exclude(a);
        continue;
      }
      count++;
      row.include(a, q[pair], 0);
      double p = inputs.reals("policy")[pair];
      if (p > 0) {
        magnitude += p * (Math.abs(q[pair]) + alpha * Math.abs(Math.log(p)));
        weighted += p * actionValue[pair];
      }
    }
    row.solve(alpha);
    if (count == 0) {
      return;
    }
    // |m| is at most |V| + α H.
    double shift = alpha == 0 ? 0 : alpha * (1 + row.entropy());
    softValue[s] = worst + EPSILON * (Math.abs(row.value()) + shift);
    policyValue[s] = weighted + EPSILON * Math.sqrt(1 + count) * magnitude;
  }

  private double alpha(int s) {
    if (inputs.has("alphaPerRow")) {
      return inputs.reals("alphaPerRow")[s];
    }
    return inputs.has("alphaOnDevice") ? inputs.reals("alphaOnDevice")[0] : inputs.number("alpha");
  }

  double actionValue(int pair) {
    return Math.max(actionValue[pair], Tolerance.NONE);
  }

  double nextValue(int s, boolean soft) {
    return Math.max(soft ? softValue[s] : policyValue[s], Tolerance.NONE);
  }

  /** The largest error of V′ and the rounding of the difference to V. */
  double residual(boolean soft) {
    double worst = Tolerance.NONE;
    for (int s = 0; s < states; s++) {
      double v = Math.abs(inputs.reals("values")[s]);
      worst = Math.max(worst, nextValue(s, soft) + EPSILON * v);
    }
    return worst;
  }
}
