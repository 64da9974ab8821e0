package dev.maxent.environment;

import java.util.Arrays;

/** The rows of a table as they came, in growing columns, and their sorting into a TabularMdp. */
final class TransitionRows {
  private static final int MAX_PAIRS = Integer.MAX_VALUE - 8;

  private int declaredStates;
  private int size;
  private int[] state = new int[64];
  private int[] action = new int[64];
  private int[] nextState = new int[64];
  private double[] probability = new double[64];
  private double[] reward = new double[64];
  private boolean[] terminated = new boolean[64];
  private int[] line = new int[64];

  void declareStates(int states) {
    int most = TabularMdp.MAX_INDEX + 1;
    if (states < 1 || states > most) {
      throw problem("states = %d: expected 1 to %d".formatted(states, most));
    }
    declaredStates = states;
  }

  void add(int s, int a, int next, double p, double r, boolean end, int sourceLine) {
    index("state", s, true);
    index("action", a, false);
    index("next_state", next, true);
    if (!(p >= 0 && p <= 1)) {
      throw problem(
          "probability = %s of state %d, action %d: expected a number from 0 to 1"
              .formatted(p, s, a));
    }
    if (!(Math.abs(r) <= Float.MAX_VALUE)) {
      throw problem(
          "reward = %s of state %d, action %d: expected a number that is finite in float32"
              .formatted(r, s, a));
    }
    if (size == state.length) {
      grow();
    }
    state[size] = s;
    action[size] = a;
    nextState[size] = next;
    probability[size] = p;
    reward[size] = r;
    terminated[size] = end;
    line[size] = sourceLine;
    size++;
  }

  private void index(String column, int value, boolean isState) {
    if (value < 0 || value > TabularMdp.MAX_INDEX) {
      throw problem(
          "%s = %d: expected a whole number from 0 to %d"
              .formatted(column, value, TabularMdp.MAX_INDEX));
    }
    if (isState && declaredStates > 0 && value >= declaredStates) {
      throw problem(
          "%s = %d is beyond the table: expected 0 to %d"
              .formatted(column, value, declaredStates - 1));
    }
  }

  private void grow() {
    int capacity = size + (size >> 1);
    state = Arrays.copyOf(state, capacity);
    action = Arrays.copyOf(action, capacity);
    nextState = Arrays.copyOf(nextState, capacity);
    probability = Arrays.copyOf(probability, capacity);
    reward = Arrays.copyOf(reward, capacity);
    terminated = Arrays.copyOf(terminated, capacity);
    line = Arrays.copyOf(line, capacity);
  }

  TabularMdp build() {
    if (size == 0) {
      throw problem("there are no transitions: expected at least one");
    }
    int states = declaredStates;
    int actions = 0;
    for (int i = 0; i < size; i++) {
      states = Math.max(states, Math.max(state[i], nextState[i]) + 1);
      actions = Math.max(actions, action[i] + 1);
    }
    if (declaredStates > 0 && states > declaredStates) {
      throw problem(
          "state %d is beyond the table: expected 0 to %d"
              .formatted(states - 1, declaredStates - 1));
    }
    int pairs = pairs(states, actions);
    int[] first = new int[pairs + 1];
    int[] order = sortByPair(actions, first);
    boolean[] terminal = terminalStates(states);
    boolean[] ends = new boolean[states];
    boolean[] allowed = new boolean[pairs];
    double[] rewards = new double[pairs];
    int[] offsets = new int[pairs + 1];
    int[] next = new int[size];
    double[] probabilities = new double[size];
    // Where a next state sits in the row under way; anything before the row's start is stale.
    int[] slot = new int[states];
    Arrays.fill(slot, -1);
    int count = 0;
    for (int pair = 0; pair < pairs; pair++) {
      int begin = count;
      if (first[pair] < first[pair + 1] && !terminal[pair / actions]) {
        allowed[pair] = true;
        double scale = 1 / sum(order, first[pair], first[pair + 1]);
        for (int j = first[pair]; j < first[pair + 1]; j++) {
          int i = order[j];
          double p = probability[i] * scale;
          rewards[pair] += p * reward[i];
          if (terminated[i]) {
            ends[nextState[i]] |= p > 0;
          } else if (p > 0 && slot[nextState[i]] >= begin) {
            probabilities[slot[nextState[i]]] += p;
          } else if (p > 0) {
            slot[nextState[i]] = count;
            next[count] = nextState[i];
            probabilities[count++] = p;
          }
        }
        clampRow(probabilities, begin, count);
        // As of probabilities: a mean may come out an ulp above all that it is of.
        rewards[pair] = Math.clamp(rewards[pair], -Float.MAX_VALUE, Float.MAX_VALUE);
      } else if (first[pair] < first[pair + 1]) {
        sum(order, first[pair], first[pair + 1]);
      }
      offsets[pair + 1] = count;
    }
    return new TabularMdp(
        states,
        actions,
        offsets,
        Arrays.copyOf(next, count),
        Arrays.copyOf(probabilities, count),
        rewards,
        allowed,
        ends);
  }

  private static int pairs(int states, int actions) {
    long pairs = (long) states * actions;
    String table = "%d states x %d actions make %d pairs".formatted(states, actions, pairs);
    if (pairs > MAX_PAIRS) {
      throw problem(table + ": expected at most " + MAX_PAIRS);
    }
    // Arrays per pair that stand beside the rows, here and in a solution (Q and a policy); refuse
    // before the heap runs out.
    long bytes = pairs * (2 * Integer.BYTES + 3 * Double.BYTES + 1);
    long room = Runtime.getRuntime().maxMemory();
    if (bytes > room) {
      throw problem(
          "%s, which take %d MB or more: expected at most the heap of %d MB (see java -Xmx)"
              .formatted(table, bytes >> 20, room >> 20));
    }
    return (int) pairs;
  }

  /** Row numbers by pair, in the order they came; first[pair] is where a pair starts. */
  private int[] sortByPair(int actions, int[] first) {
    for (int i = 0; i < size; i++) {
      first[state[i] * actions + action[i] + 1]++;
    }
    for (int pair = 1; pair < first.length; pair++) {
      first[pair] += first[pair - 1];
    }
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[first[state[i] * actions + action[i]]++] = i;
    }
    System.arraycopy(first, 0, first, 1, first.length - 1);
    first[0] = 0;
    return order;
  }

  private boolean[] terminalStates(int states) {
    boolean[] terminal = new boolean[states];
    Arrays.fill(terminal, true);
    for (int i = 0; i < size; i++) {
      boolean rests = terminated[i] && nextState[i] == state[i] && reward[i] == 0;
      if (!rests && probability[i] > 0) {
        terminal[state[i]] = false;
      }
    }
    return terminal;
  }

  private double sum(int[] order, int from, int to) {
    double sum = 0;
    for (int j = from; j < to; j++) {
      sum += probability[order[j]];
    }
    if (Math.abs(sum - 1) > TabularMdp.SUM_TOLERANCE) {
      int i = order[from];
      throw new TableException(
          null,
          line[i],
          "the probabilities of state %d, action %d sum to %s: expected 1 within %s"
              .formatted(state[i], action[i], sum, TabularMdp.SUM_TOLERANCE));
    }
    return sum;
  }

  /** Adding up may leave an entry an ulp above one. */
  private static void clampRow(double[] probabilities, int from, int to) {
    for (int i = from; i < to; i++) {
      probabilities[i] = Math.min(1, probabilities[i]);
    }
  }

  private static TableException problem(String detail) {
    return new TableException(null, 0, detail);
  }
}
