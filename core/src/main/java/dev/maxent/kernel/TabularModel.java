package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of transitions on a backend: expected rewards R(s, a) and, in compressed sparse rows, the
 * probabilities P(s′ | s, a) of the transitions that go on. A terminated transition contributes to
 * R and not to P, so rows of P may sum to less than one. Row s · actions + a holds the pair (s, a).
 *
 * <p>The constructor checks the rows once, on the host; kernels rely on it.
 */
public final class TabularModel implements AutoCloseable {
  private final int states;
  private final int actions;
  private final DeviceArray rowOffsets;
  private final DeviceArray nextStates;
  private final DeviceArray probabilities;
  private final DeviceArray rewards;
  private final DeviceArray mask;

  /**
   * Checks and uploads a table.
   *
   * @param backend where it goes
   * @param states number of states
   * @param actions number of actions
   * @param rowOffsets states · actions + 1 offsets into the next two, from 0, never falling
   * @param nextStates s′ of each transition, from 0 to states − 1
   * @param probabilities P(s′ | s, a), each from 0 to 1, and no more than 1 to a row within 10⁻⁶
   * @param rewards R(s, a), finite in float32
   * @param allowed whether a may be taken in s; a state without any is terminal
   * @throws IllegalArgumentException if an array has the wrong length or an entry is out of range;
   *     the message names array, index and value
   */
  public TabularModel(
      Backend backend,
      int states,
      int actions,
      int[] rowOffsets,
      int[] nextStates,
      double[] probabilities,
      double[] rewards,
      boolean[] allowed) {
    Checks.size("states", states, 1);
    Checks.size("actions", actions, 1);
    if ((long) states * actions >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "states = %d and actions = %d: expected fewer than 2^31 - 1 pairs"
              .formatted(states, actions));
    }
    int pairs = states * actions;
    length("rowOffsets", rowOffsets.length, pairs + 1);
    length("probabilities", probabilities.length, nextStates.length);
    length("rewards", rewards.length, pairs);
    length("allowed", allowed.length, pairs);
    checkRows(states, rowOffsets, nextStates, probabilities, rewards);
    this.states = states;
    this.actions = actions;
    byte[] flags = new byte[pairs];
    for (int i = 0; i < pairs; i++) {
      flags[i] = (byte) (allowed[i] ? 1 : 0);
    }
    List<DeviceArray> uploaded = new ArrayList<>();
    try {
      uploaded.add(backend.int32(rowOffsets));
      uploaded.add(backend.int32(nextStates));
      uploaded.add(backend.real(probabilities));
      uploaded.add(backend.real(rewards));
      uploaded.add(backend.bytes(flags));
    } catch (RuntimeException failure) {
      uploaded.forEach(DeviceArray::close);
      throw failure;
    }
    this.rowOffsets = uploaded.get(0);
    this.nextStates = uploaded.get(1);
    this.probabilities = uploaded.get(2);
    this.rewards = uploaded.get(3);
    this.mask = uploaded.get(4);
  }

  private static void length(String name, int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name + " has " + length + " elements: expected " + expected);
    }
  }

  private static void checkRows(
      int states, int[] offsets, int[] next, double[] probabilities, double[] rewards) {
    if (offsets[0] != 0 || offsets[offsets.length - 1] != next.length) {
      throw new IllegalArgumentException(
          "rowOffsets run from %d to %d: expected 0 to %d"
              .formatted(offsets[0], offsets[offsets.length - 1], next.length));
    }
    for (int i = 1; i < offsets.length; i++) {
      if (offsets[i] < offsets[i - 1]) {
        throw new IllegalArgumentException(
            "rowOffsets[" + i + "] = " + offsets[i] + ": expected " + offsets[i - 1] + " or more");
      }
    }
    for (int i = 0; i < next.length; i++) {
      if (next[i] < 0 || next[i] >= states) {
        throw new IllegalArgumentException(
            "nextStates[" + i + "] = " + next[i] + ": expected 0 to " + (states - 1));
      }
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1 + 1e-9)) {
        throw new IllegalArgumentException(
            "probabilities[" + i + "] = " + probabilities[i] + ": expected 0 to 1");
      }
    }
    for (int row = 0; row < offsets.length - 1; row++) {
      double sum = 0;
      for (int i = offsets[row]; i < offsets[row + 1]; i++) {
        sum += probabilities[i];
      }
      if (sum > 1 + 1e-6) {
        throw new IllegalArgumentException(
            "probabilities of row " + row + " sum to " + sum + ": expected at most 1");
      }
    }
    for (int i = 0; i < rewards.length; i++) {
      if (!(Math.abs(rewards[i]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "rewards[" + i + "] = " + rewards[i] + ": expected a number that is finite in float32");
      }
    }
  }

  void check(Backend backend) {
    Checks.array(backend, "the model's rewards", rewards, ElementType.REAL, pairs());
    Checks.array(backend, "the model's rowOffsets", rowOffsets, ElementType.INT32, pairs() + 1L);
    long transitions = nextStates.length();
    Checks.array(backend, "the model's nextStates", nextStates, ElementType.INT32, transitions);
    Checks.array(
        backend, "the model's probabilities", probabilities, ElementType.REAL, transitions);
    Checks.array(backend, "the model's mask", mask, ElementType.BYTE, pairs());
  }

  /**
   * Number of states.
   *
   * @return 1 or more
   */
  public int states() {
    return states;
  }

  /**
   * Number of actions.
   *
   * @return 1 or more
   */
  public int actions() {
    return actions;
  }

  /**
   * Number of pairs (s, a).
   *
   * @return states · actions
   */
  public int pairs() {
    return states * actions;
  }

  /**
   * Where each pair's transitions start.
   *
   * @return INT32, pairs + 1
   */
  public DeviceArray rowOffsets() {
    return rowOffsets;
  }

  /**
   * The states that transitions lead to.
   *
   * @return INT32, one per transition
   */
  public DeviceArray nextStates() {
    return nextStates;
  }

  /**
   * P(s′ | s, a).
   *
   * @return REAL, one per transition
   */
  public DeviceArray probabilities() {
    return probabilities;
  }

  /**
   * R(s, a).
   *
   * @return REAL, pairs
   */
  public DeviceArray rewards() {
    return rewards;
  }

  /**
   * Which actions are allowed.
   *
   * @return BYTE, pairs
   */
  public DeviceArray mask() {
    return mask;
  }

  @Override
  public void close() {
    rowOffsets.close();
    nextStates.close();
    probabilities.close();
    rewards.close();
    mask.close();
  }
}
