package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.reference.RowReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What is known of each state before its kernel is evaluated: its bandwidth, and how to go on. */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class SteinStates implements Workers.Task {
  /** How a state is computed. */
  static final byte FAST = 0;

  /** Every result is NaN. */
  static final byte NAN = 1;

  /** In float64, as numbers are too large or too small. */
  static final byte REFERENCE = 2;

  private static final int INFINITY = 0x7F800000;

  /** Coordinates beyond it are left to the reference. */
  static final float FARTHEST = 1e15f;

  private static final int LARGE = Float.floatToRawIntBits(FARTHEST);
  private static final double LEAST_H = 0x1p-80;
  private static final double LARGEST_H = 0x1p100;
  private static final double NANOS_PER_FLOAT = 0.2;
  private static final double NANOS_PER_PAIR = 2;

  private final CpuEngine engine;
  private final SteinLoops loops;
  private final SteinBandwidth medians;
  private double[] h = new double[0];
  private byte[] status = new byte[0];
  private Particles source;
  private Particles target;
  private DeviceArray score;
  private Bandwidth bandwidth;

  SteinStates(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().stein();
    medians = new SteinBandwidth(engine);
  }

  /** A state's bandwidth. */
  double h(int state) {
    return h[state];
  }

  /** How to compute a state. */
  byte status(int state) {
    return status[state];
  }

  /** Leaves a state to the reference; threads may do so at once. */
  void giveUp(int state) {
    status[state] = REFERENCE;
  }

  static boolean isFinite(int bits) {
    return bits < INFINITY;
  }

  /** Forgets all states. */
  void start(int states) {
    if (h.length < states) {
      h = new double[states];
      status = new byte[states];
    }
    Arrays.fill(status, 0, states, FAST);
  }

  /** Whether there is something to note of states whose largest bits are at most these. */
  static boolean isNotable(int largest, boolean particles) {
    return !isFinite(largest) || (particles && largest > LARGE);
  }

  /** Takes note of the largest bits without their sign of a state's particles or scores. */
  void note(int state, int largest, boolean particles) {
    if (!isFinite(largest)) {
      status[state] = NAN;
    } else if (particles && largest > LARGE && status[state] == FAST) {
      status[state] = REFERENCE;
    }
  }

  /** Takes note of a state's bandwidth. */
  void set(int state, double value) {
    h[state] = value;
    if (status[state] == NAN || !(value > 0 && value < Double.POSITIVE_INFINITY)) {
      status[state] = NAN;
      h[state] = Double.NaN;
    } else if (value < LEAST_H || value > LARGEST_H) {
      status[state] = REFERENCE;
    }
  }

  /** A bandwidth that is given, not found by a rule. */
  static double given(Bandwidth bandwidth, int state) {
    DeviceArray array = bandwidth.array();
    return array == null ? bandwidth.constant() : RowReader.real(array, state);
  }

  /** Looks at all states; a bandwidth of null stands for none. */
  void look(Particles x, DeviceArray s, Particles y, Bandwidth newBandwidth) {
    source = x;
    target = y;
    score = s;
    bandwidth = newBandwidth;
    int states = x.states();
    start(states);
    boolean rule = bandwidth != null && bandwidth.rule() != null;
    double pairs = rule ? 0.5 * x.count() * x.count() : 0;
    double nanos = 2 * x.count() * x.dimensions() * NANOS_PER_FLOAT + pairs * NANOS_PER_PAIR;
    try {
      if (states < 2 * engine.threads() && pairs > SteinBlock.FEW) {
        for (int b = 0; b < states; b++) {
          look(b, engine.stein(0), true);
        }
      } else {
        engine.workers().run(states, nanos, this);
      }
    } finally {
      source = null;
      target = null;
      score = null;
      bandwidth = null;
    }
  }

  @Override
  public void run(long from, long to, int worker) {
    for (long b = from; b < to; b++) {
      look((int) b, engine.stein(worker), false);
    }
  }

  private int largest(DeviceArray array, int state, int count) {
    MemorySegment segment = SoftTask.segment(array);
    return loops.largest(segment, (long) state * count * Float.BYTES, count);
  }

  private void look(int state, SteinBlock block, boolean alone) {
    int coordinates = source.count() * source.dimensions();
    note(state, largest(source.array(), state, coordinates), true);
    if (source.array() != target.array()) {
      int others = largest(target.array(), state, target.count() * target.dimensions());
      note(state, others, true);
    }
    if (score != null) {
      note(state, largest(score, state, coordinates), false);
    }
    if (status[state] == NAN) {
      h[state] = Double.NaN;
    } else {
      set(state, bandwidth == null ? 1 : bandwidth(state, block, alone));
    }
  }

  private double bandwidth(int state, SteinBlock block, boolean alone) {
    return bandwidth.rule() == null
        ? given(bandwidth, state)
        : medians.find(source, target, bandwidth, state, block, alone);
  }

  /**
   * A state's bandwidth by a rule, as the caller's thread alone finds it.
   *
   * @param x source particles, of few pairs
   * @param newBandwidth a rule
   * @param state which
   * @param worker whose scratch to use
   * @return h
   */
  double bandwidth(Particles x, Bandwidth newBandwidth, int state, int worker) {
    return medians.find(x, x, newBandwidth, state, engine.stein(worker), false);
  }
}
