package dev.maxent.environment;

import dev.maxent.backend.Backend;
import dev.maxent.kernel.TabularModel;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A finite Markov decision process, given by its table of transitions; immutable.
 *
 * <ul>
 *   <li>R(s, a) = Σ p r over the pair's transitions, terminated ones included.
 *   <li>P(s′ | s, a) holds the transitions that go on; several with the same s, a and s′ add up. A
 *       terminated transition has no next value, so rows of P may sum to less than one.
 *   <li>The probabilities of a pair must sum to one within {@value #SUM_TOLERANCE} and are divided
 *       by their sum, so that a table printed with few digits is still a γ-contraction.
 *   <li>A pair (s, a) without transitions is an action that is not allowed in s.
 *   <li>A state without transitions, or whose only transitions are terminated self-loops with
 *       reward 0, is terminal: no allowed action, V = 0.
 * </ul>
 */
public final class TabularMdp {
  /** The largest state or action index that a table may have. */
  public static final int MAX_INDEX = 1 << 24;

  /** How far the probabilities of a state and action may sum from one; {@value}. */
  public static final double SUM_TOLERANCE = 1e-6;

  private final int states;
  private final int actions;
  private final int[] rowOffsets;
  private final int[] nextStates;
  private final double[] probabilities;
  private final double[] rewards;
  private final boolean[] allowed;
  private final boolean[] ends;

  /** Takes the arrays of a {@link TransitionRows}, which gives them away. */
  TabularMdp(
      int states,
      int actions,
      int[] rowOffsets,
      int[] nextStates,
      double[] probabilities,
      double[] rewards,
      boolean[] allowed,
      boolean[] ends) {
    this.states = states;
    this.actions = actions;
    this.rowOffsets = rowOffsets;
    this.nextStates = nextStates;
    this.probabilities = probabilities;
    this.rewards = rewards;
    this.allowed = allowed;
    this.ends = ends;
  }

  /**
   * Reads a CSV file with the columns {@code state, action, next_state, probability, reward,
   * terminated} in any order, one row per transition.
   *
   * @param file UTF-8 text, lines ending in LF or CRLF
   * @return the problem
   * @throws TableException if it is not such a table; the message names file, line, column, value
   *     and what was expected
   * @throws IOException if the file cannot be read
   */
  public static TabularMdp read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return read(file.toString(), reader, builder());
    }
  }

  /**
   * Reads such a table from anywhere.
   *
   * @param name what messages call it
   * @param reader the text; the caller closes it
   * @param builder an empty builder, which may have a declared number of states
   * @return the problem
   * @throws TableException if it is not such a table
   * @throws IOException if the text cannot be read
   */
  public static TabularMdp read(String name, Reader reader, Builder builder) throws IOException {
    return TransitionTable.read(name, reader, builder);
  }

  /**
   * Builds a problem from code.
   *
   * @return a builder without transitions
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Uploads the table.
   *
   * @param backend where it goes
   * @return the table there; the caller closes it
   */
  public TabularModel toModel(Backend backend) {
    return new TabularModel(
        backend, states, actions, rowOffsets, nextStates, probabilities, rewards, allowed);
  }

  /**
   * Number of states.
   *
   * @return one more than the largest index, or what was declared
   */
  public int states() {
    return states;
  }

  /**
   * Number of actions.
   *
   * @return one more than the largest index
   */
  public int actions() {
    return actions;
  }

  /**
   * Number of entries of P.
   *
   * @return transitions that go on, after those with the same s, a and s′ were added up
   */
  public int transitions() {
    return nextStates.length;
  }

  /**
   * Whether an action may be taken.
   *
   * @param state s
   * @param action a
   * @return true if the pair has transitions and the state is not terminal
   */
  public boolean isAllowed(int state, int action) {
    return allowed[pair(state, action)];
  }

  /**
   * Whether a state has no allowed action.
   *
   * @param state s
   * @return true if V(s) = 0 by definition
   */
  public boolean isTerminal(int state) {
    for (int action = 0; action < actions; action++) {
      if (isAllowed(state, action)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether an episode ends on entering a state: it is terminal or some transition into it is
   * terminated. Tables may hold transitions out of such a state all the same.
   *
   * @param state s
   * @return true if an episode can end there
   */
  public boolean isEnd(int state) {
    return ends[state] || isTerminal(state);
  }

  /**
   * Expected reward.
   *
   * @param state s
   * @param action a
   * @return R(s, a); 0 if the action is not allowed
   */
  public double reward(int state, int action) {
    return rewards[pair(state, action)];
  }

  /**
   * Probability of going on to a state.
   *
   * @param state s
   * @param action a
   * @param nextState s′
   * @return P(s′ | s, a)
   */
  public double probability(int state, int action, int nextState) {
    int pair = pair(state, action);
    for (int i = rowOffsets[pair]; i < rowOffsets[pair + 1]; i++) {
      if (nextStates[i] == nextState) {
        return probabilities[i];
      }
    }
    return 0;
  }

  /**
   * The longest row of P.
   *
   * @return the largest number of states that one pair can go on to
   */
  public int maxSuccessors() {
    int max = 0;
    for (int pair = 0; pair < rewards.length; pair++) {
      max = Math.max(max, rowOffsets[pair + 1] - rowOffsets[pair]);
    }
    return max;
  }

  /**
   * The largest magnitude among R.
   *
   * @return max |R(s, a)|
   */
  public double maxReward() {
    double max = 0;
    for (double reward : rewards) {
      max = Math.max(max, Math.abs(reward));
    }
    return max;
  }

  private int pair(int state, int action) {
    if (state < 0 || state >= states || action < 0 || action >= actions) {
      throw new IndexOutOfBoundsException(
          "state %d, action %d: expected 0 to %d and 0 to %d"
              .formatted(state, action, states - 1, actions - 1));
    }
    return state * actions + action;
  }

  /** Collects transitions. */
  public static final class Builder {
    private final TransitionRows rows = new TransitionRows();

    private Builder() {}

    /**
     * Declares the number of states, so that an index beyond it is an error. Without it the largest
     * index decides.
     *
     * @param states 1 or more
     * @return this
     */
    public Builder states(int states) {
      rows.declareStates(states);
      return this;
    }

    /**
     * Adds a transition.
     *
     * @param state s
     * @param action a
     * @param nextState s′
     * @param probability of this transition, given s and a
     * @param reward r
     * @param terminated whether the episode ends in s′
     * @return this
     * @throws TableException if an argument is out of range
     */
    public Builder add(
        int state,
        int action,
        int nextState,
        double probability,
        double reward,
        boolean terminated) {
      return add(state, action, nextState, probability, reward, terminated, 0);
    }

    Builder add(
        int state,
        int action,
        int nextState,
        double probability,
        double reward,
        boolean terminated,
        int line) {
      rows.add(state, action, nextState, probability, reward, terminated, line);
      return this;
    }

    /**
     * Checks the whole and builds it.
     *
     * @return the problem
     * @throws TableException if there are no transitions, probabilities do not sum to one, or the
     *     table is too large
     */
    public TabularMdp build() {
      return rows.build();
    }
  }
}
