package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import dev.maxent.reference.SteinState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Direction and discrepancy, tile by tile of targets. States whose numbers float32 cannot hold are
 * done again by the float64 reference, see {@link SteinStates}.
 */
final class SteinTask implements Workers.Task {
  private static final double NANOS_PER_PAIR = 0.6;
  private static final double NANOS_PER_COORDINATE = 0.15;
  private final CpuEngine engine;
  private final SteinLoops loops;
  private final SteinStates states;
  private final SteinLanesTask lanes;
  private final SteinMutualTask mutual;

  /** Whether states that are fit for it are done mutually. */
  private boolean mutually;

  private Particles source;
  private Particles target;
  private MemorySegment score;
  private SteinKernel kernel;
  private Temperature temperature;
  private MemorySegment out;

  /** Sums of u of each tile; null while directions are computed. */
  private double[] sums;

  private double[] sumsRoom = new double[0];
  private int tiles;

  SteinTask(CpuEngine engine, SteinStates states) {
    this.engine = engine;
    this.states = states;
    loops = engine.loops().stein();
    lanes = new SteinLanesTask(engine, states);
    mutual = new SteinMutualTask(engine, states, this);
  }

  void direction(
      Particles x,
      DeviceArray s,
      Particles y,
      SteinKernel k,
      Bandwidth bandwidth,
      Temperature alpha,
      DeviceArray direction) {
    try {
      out = SoftTask.segment(direction);
      if (lanes.takes(x, y, k, bandwidth)) {
        lanes.direction(x, s, bandwidth, alpha, direction);
      } else {
        states.look(x, s, y, k instanceof SteinKernel.Linear ? null : bandwidth);
        temperature = alpha;
        launch(x, s, y, k);
      }
      for (int b = 0; b < x.states(); b++) {
        double a = RowReader.alpha(alpha, b);
        boolean valid = a >= 0 && a < Double.POSITIVE_INFINITY;
        if (!valid || states.status(b) == SteinStates.NAN) {
          fill(y, b, null);
        } else if (states.status(b) == SteinStates.REFERENCE) {
          fill(y, b, new SteinState(x, s, y, b).direction(k, states.h(b), a));
        }
      }
    } finally {
      clear();
    }
  }

  /** out ← φ of a state; null stands for NaN everywhere. */
  private void fill(Particles y, int state, double[] phi) {
    int size = y.count() * y.dimensions();
    for (int i = 0; i < size; i++) {
      float value = phi == null ? Float.NaN : (float) phi[i];
      out.setAtIndex(ValueLayout.JAVA_FLOAT, (long) state * size + i, value);
    }
  }

  void discrepancy(
      Particles x, DeviceArray s, SteinKernel k, Bandwidth bandwidth, DeviceArray result) {
    try {
      states.look(x, s, x, k instanceof SteinKernel.Linear ? null : bandwidth);
      out = SoftTask.segment(result);
      long pieces = x.states() * (long) tiles(x);
      if (sumsRoom.length < pieces) {
        sumsRoom = new double[Math.toIntExact(pieces)];
      }
      sums = sumsRoom;
      launch(x, s, x, k);
      for (int b = 0; b < x.states(); b++) {
        double sum = 0;
        for (int t = 0; t < tiles; t++) {
          sum += sums[b * tiles + t];
        }
        double value = sum / x.count() / x.count();
        if (states.status(b) == SteinStates.NAN) {
          value = Double.NaN;
        } else if (states.status(b) == SteinStates.REFERENCE || !Double.isFinite(value)) {
          value = new SteinState(x, s, x, b).discrepancy(k, states.h(b));
        }
        out.setAtIndex(ValueLayout.JAVA_FLOAT, b, (float) value);
      }
    } finally {
      clear();
    }
  }

  private int tiles(Particles y) {
    return (y.count() + loops.width() - 1) / loops.width();
  }

  private void launch(Particles x, DeviceArray s, Particles y, SteinKernel k) {
    source = x;
    target = y;
    score = SoftTask.segment(s);
    kernel = k;
    tiles = tiles(y);
    mutually = sums == null && mutual.takes(x, y, k);
    if (mutually && mutual.direction(x)) {
      return;
    }
    double pairs = (double) x.count() * Math.min(y.count(), loops.width());
    double nanos = pairs * (NANOS_PER_PAIR + x.dimensions() * NANOS_PER_COORDINATE);
    engine.workers().run(x.states() * (long) tiles, nanos, this);
  }

  private void clear() {
    source = null;
    target = null;
    score = null;
    kernel = null;
    temperature = null;
    out = null;
    sums = null;
    mutually = false;
  }

  @Override
  public void run(long from, long to, int worker) {
    SteinBlock block = engine.stein(worker);
    int now = -1;
    for (long piece = from; piece < to; piece++) {
      int state = (int) (piece / tiles);
      if (state != now) {
        place(block, state);
        now = state;
        if (states.status(state) == SteinStates.FAST && !block.fits()) {
          states.giveUp(state);
        }
      }
      if (states.status(state) != SteinStates.FAST || (mutually && SteinMutualTask.takes(block))) {
        continue;
      }
      int first = (int) (piece % tiles) * loops.width();
      int count = Math.min(loops.width(), target.count() - first);
      if (sums != null) {
        sums[(int) piece] = loops.discrepancy(block, first, count);
      } else {
        loops.direction(block, first, count);
        long at = block.stateY + (long) first * block.d * Float.BYTES;
        if (!SteinStates.isFinite(loops.largest(out, at, count * block.d))) {
          states.giveUp(state);
        }
      }
    }
  }

  /** A worker's scratch ← a state and its kernel. */
  void place(SteinBlock b, int state) {
    b.x = SoftTask.segment(source.array());
    b.y = SoftTask.segment(target.array());
    b.s = score;
    b.out = out;
    b.n = source.count();
    b.m = target.count();
    b.d = source.dimensions();
    b.stateX = (long) state * b.n * b.d * Float.BYTES;
    b.stateY = (long) state * b.m * b.d * Float.BYTES;
    double alpha = sums == null ? RowReader.alpha(temperature, state) : 1;
    b.setKernel(kernel, states.h(state), alpha);
  }
}
