package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.RowReader;
import dev.maxent.reference.SteinMedian;
import dev.maxent.reference.SteinRank;
import java.lang.foreign.MemorySegment;

/**
 * The direction of many small states, as many at once as a vector has lanes: nothing is left over
 * where particles are few, and the median needs no branches that differ from state to state.
 */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class SteinLanesTask implements Workers.Task {
  /** More particles go to lanes only where every worker gets two groups of states. */
  private static final int FEW_PARTICLES = 40;

  private static final int MOST_COORDINATES = 1024;
  private static final double NANOS_PER_PAIR = 1;
  private static final double NANOS_PER_COORDINATE = 0.2;

  private final CpuEngine engine;
  private final SteinLaneLoops loops;
  private final SteinStates states;
  private Particles source;
  private Bandwidth bandwidth;
  private Temperature temperature;
  private MemorySegment particles;
  private MemorySegment scores;
  private MemorySegment out;

  /** Of the last rule, kept so that calls allocate nothing. */
  private SteinRank rank;

  SteinLanesTask(CpuEngine engine, SteinStates states) {
    this.engine = engine;
    this.states = states;
    loops = engine.loops().stein().lanes();
  }

  /** Whether it is for such states. */
  boolean takes(Particles x, Particles y, SteinKernel kernel, Bandwidth h) {
    return loops != null
        && x.states() >= loops.lanes()
        && x.array() == y.array()
        && x.count() == y.count()
        && x.count() > 1
        && x.count() <= loops.mostParticles()
        && (x.count() <= FEW_PARTICLES || x.states() >= 2 * loops.lanes() * engine.threads())
        && x.count() * x.dimensions() <= MOST_COORDINATES
        && kernel instanceof SteinKernel.Rbf
        && h.rule() != Bandwidth.Rule.SQL_REFERENCE;
  }

  void direction(
      Particles x, DeviceArray s, Bandwidth h, Temperature alpha, DeviceArray direction) {
    states.start(x.states());
    source = x;
    bandwidth = h;
    temperature = alpha;
    particles = SoftTask.segment(x.array());
    scores = SoftTask.segment(s);
    out = SoftTask.segment(direction);
    if (h.rule() != null) {
      rank = SteinRank.of(rank, h.rule(), x.count(), x.count());
    }
    int lanes = loops.lanes();
    double pairs = (double) x.count() * x.count();
    double nanos = lanes * pairs * (NANOS_PER_PAIR + x.dimensions() * NANOS_PER_COORDINATE);
    try {
      engine.workers().run((x.states() + lanes - 1) / lanes, nanos, this);
    } finally {
      source = null;
      bandwidth = null;
      temperature = null;
      particles = null;
      scores = null;
      out = null;
    }
  }

  @Override
  public void run(long from, long to, int worker) {
    SteinLanes b = engine.steinLanes(worker);
    int n = source.count();
    b.place(n, source.dimensions(), loops.lanes(), loops.kernels(n));
    for (long piece = from; piece < to; piece++) {
      int first = (int) piece * loops.lanes();
      b.states = Math.min(loops.lanes(), source.states() - first);
      run(b, first, worker);
    }
  }

  private void run(SteinLanes b, int first, int worker) {
    long at = (long) first * b.n * b.d * Float.BYTES;
    loops.pack(b, particles.address() + at, b.particlesAt);
    look(b, b.particlesAt, first, true);
    loops.pack(b, scores.address() + at, b.scoresAt);
    look(b, b.scoresAt, first, false);
    loops.squares(b);
    if (bandwidth.rule() != null) {
      b.rank = (int) rank.rank();
      loops.select(b);
    }
    for (int lane = 0; lane < b.states; lane++) {
      int state = first + lane;
      states.set(state, bandwidth(b, lane, state, worker));
      b.setKernel(lane, states.h(state), RowReader.alpha(temperature, state));
    }
    loops.direction(b);
    loops.unpack(b, b.sumsAt, out.address() + at);
    if (SteinStates.isFinite(b.most)) {
      return;
    }
    b.rowsAt = b.sumsAt;
    loops.largest(b);
    for (int lane = 0; lane < b.states; lane++) {
      int state = first + lane;
      if (states.status(state) == SteinStates.FAST && !SteinStates.isFinite(b.largest(lane))) {
        states.giveUp(state);
      }
    }
  }

  /** Looks at each lane only where the largest bits of all tell of something. */
  private void look(SteinLanes b, long rows, int first, boolean particle) {
    if (!SteinStates.isNotable(b.most, particle)) {
      return;
    }
    b.rowsAt = rows;
    loops.largest(b);
    for (int lane = 0; lane < b.states; lane++) {
      states.note(first + lane, b.largest(lane), particle);
    }
  }

  private double bandwidth(SteinLanes b, int lane, int state, int worker) {
    if (bandwidth.rule() == null) {
      return SteinStates.given(bandwidth, state);
    }
    if (states.status(state) != SteinStates.FAST) {
      boolean finite = states.status(state) != SteinStates.NAN;
      return finite ? states.bandwidth(source, bandwidth, state, worker) : Double.NaN;
    }
    float low = rank.fromZero() ? 0 : b.low(lane);
    float high = rank.even() ? b.high(lane) : b.low(lane);
    return SteinMedian.bandwidth(bandwidth, b.n, low, high);
  }
}
