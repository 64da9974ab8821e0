package dev.maxent.workload;

import dev.maxent.kernel.TabularModel;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The inputs of a tabular case.
 *
 * @param states states
 * @param actions actions
 * @param successors transitions per pair
 * @param ragged whether actions are masked, states are terminal, and rows of P vary in length and
 *     sum to less than 1
 * @param temperatures α; where the kind is per row, states take them in turn
 * @param kind where α lives
 * @param discount γ
 * @param extreme what every eleventh V is, alternating in sign; 0 leaves them normal
 */
record TabularShape(
    int states,
    int actions,
    int successors,
    boolean ragged,
    List<Float> temperatures,
    SoftShape.Kind kind,
    float discount,
    float extreme) {

  static TabularShape of(int states, int actions, int successors) {
    return new TabularShape(
        states, actions, successors, false, List.of(1f), SoftShape.Kind.CONSTANT, 0.99f, 0);
  }

  TabularShape withRagged() {
    return new TabularShape(
        states, actions, successors, true, temperatures, kind, discount, extreme);
  }

  TabularShape temperature(SoftShape.Kind newKind, Float... values) {
    return new TabularShape(
        states, actions, successors, ragged, List.of(values), newKind, discount, extreme);
  }

  TabularShape discount(float newDiscount) {
    return new TabularShape(
        states, actions, successors, ragged, temperatures, kind, newDiscount, extreme);
  }

  TabularShape values(float newExtreme) {
    return new TabularShape(
        states, actions, successors, ragged, temperatures, kind, discount, newExtreme);
  }

  Inputs inputs(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int pairs = states * actions;
    int[] offsets = new int[pairs + 1];
    for (int pair = 0; pair < pairs; pair++) {
      int count = ragged ? random.nextInt(successors + 1) : successors;
      offsets[pair + 1] = offsets[pair] + count;
    }
    byte[] mask = new byte[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      boolean terminal = pair / actions % 13 == 5;
      mask[pair] = (byte) (ragged && (terminal || random.nextInt(4) == 0) ? 0 : 1);
    }
    float[] values = Data.reals(states, 3, random);
    for (int i = 0; extreme != 0 && i < states; i += 11) {
      values[i] = i % 2 == 0 ? extreme : -extreme;
    }
    float[] alpha = new float[kind == SoftShape.Kind.PER_ROW ? states : 1];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = temperatures.get(i % temperatures.size());
    }
    Inputs inputs =
        new Inputs()
            .with("states", states)
            .with("actions", actions)
            .with("rowOffsets", offsets)
            .with("nextStates", Data.indices(offsets[pairs], states, random))
            .with("probabilities", probabilities(offsets, random))
            .with("rewards", Data.reals(pairs, 1, random))
            .with("mask", mask)
            .with("policy", policy(mask, random))
            .with("values", values)
            .with("discount", (double) discount);
    return switch (kind) {
      case CONSTANT -> inputs.with("alpha", (double) alpha[0]);
      case DEVICE -> inputs.with("alphaOnDevice", alpha);
      case PER_ROW -> inputs.with("alphaPerRow", alpha);
    };
  }

  private float[] probabilities(int[] offsets, SplittableRandom random) {
    float[] p = new float[offsets[offsets.length - 1]];
    for (int pair = 0; pair + 1 < offsets.length; pair++) {
      double total = ragged ? random.nextDouble() : 0;
      for (int i = offsets[pair]; i < offsets[pair + 1]; i++) {
        p[i] = (float) (0.01 + random.nextDouble());
        total += p[i];
      }
      for (int i = offsets[pair]; i < offsets[pair + 1]; i++) {
        p[i] = (float) Math.min(1, p[i] / total);
      }
    }
    return p;
  }

  /** Positive probabilities with a few zeros; excluded pairs hold NaN, which must not be seen. */
  private float[] policy(byte[] mask, SplittableRandom random) {
    float[] policy = new float[mask.length];
    for (int s = 0; s < states; s++) {
      double total = 0;
      for (int a = 0; a < actions; a++) {
        policy[s * actions + a] = random.nextInt(8) == 0 && a > 0 ? 0 : random.nextInt(1, 1000);
        total += mask[s * actions + a] == 0 ? 0 : policy[s * actions + a];
      }
      for (int a = 0; a < actions; a++) {
        int pair = s * actions + a;
        policy[pair] = mask[pair] == 0 ? Float.NaN : (float) (policy[pair] / Math.max(1, total));
      }
    }
    return policy;
  }

  /** Uploads the table, whose arrays the session knows as its inputs. */
  static TabularModel model(Session session) {
    Inputs inputs = session.inputs();
    byte[] mask = inputs.bytes("mask");
    boolean[] allowed = new boolean[mask.length];
    for (int i = 0; i < allowed.length; i++) {
      allowed[i] = mask[i] != 0;
    }
    TabularModel model =
        session.keep(
            new TabularModel(
                session.backend(),
                inputs.integer("states"),
                inputs.integer("actions"),
                inputs.ints("rowOffsets"),
                inputs.ints("nextStates"),
                widened(inputs.reals("probabilities")),
                widened(inputs.reals("rewards")),
                allowed));
    session.reads("rowOffsets", model.rowOffsets());
    session.reads("nextStates", model.nextStates());
    session.reads("probabilities", model.probabilities());
    session.reads("rewards", model.rewards());
    session.reads("mask", model.mask());
    return model;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
