package dev.maxent.cpu;

import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The direction with the RBF kernel where the targets are the sources: each pair's kernel is
 * computed once for both. Groups of particles meet like the teams of a tournament: in each round
 * every group meets one other, tile by tile of the first, whose sums nothing else writes to then;
 * to those of the second each tile adds in its turn. So all sums have an order that only the number
 * of particles decides.
 */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class SteinMutualTask implements Workers.Task {
  /** Fewer particles have too few pairs of tiles. */
  private static final int LEAST_PARTICLES = 256;

  /** From here on a group has {@link SteinMutualLoops#MOST_TILES} tiles, else half as many. */
  private static final int MANY_PARTICLES = 2048;

  private static final int MOST_COORDINATES = 256;

  /** Slopes by which scores are divided: few of which leave float32. */
  private static final float LARGEST_SLOPE = 0x1p20f;

  private static final double NANOS_PER_PAIR = 0.3;
  private static final double NANOS_PER_COORDINATE = 0.07;
  private static final int START = -1;

  private final CpuEngine engine;
  private final SteinLoops all;
  private final SteinMutualLoops loops;
  private final SteinStates states;
  private final SteinTask owner;
  private final Workers.Task whole = this::whole;
  private int n;
  private int tiles;
  private int tilesOfGroup;
  private int groups;

  // The round of a state on which all workers work.
  private int state;
  private int round;
  private long cloudAt;

  /** Of each meeting the tile that may add to the second group's sums. */
  private AtomicIntegerArray turns = new AtomicIntegerArray(0);

  /** Whether there are turns that will never come. */
  private volatile boolean failed;

  SteinMutualTask(CpuEngine engine, SteinStates states, SteinTask owner) {
    this.engine = engine;
    this.states = states;
    this.owner = owner;
    all = engine.loops().stein();
    loops = all.mutual();
  }

  /** Whether it is for such states. */
  boolean takes(Particles x, Particles y, SteinKernel kernel) {
    return loops != null
        && x.array() == y.array()
        && x.count() == y.count()
        && x.count() >= LEAST_PARTICLES
        && x.dimensions() <= MOST_COORDINATES
        && kernel instanceof SteinKernel.Rbf;
  }

  /** Whether it is for this state, given its kernel. */
  static boolean takes(SteinBlock b) {
    float slope = Math.abs(b.slope);
    return slope >= 1 / LARGEST_SLOPE && slope <= LARGEST_SLOPE;
  }

  /**
   * Computes all states that it is for.
   *
   * @param x particles
   * @return whether these are all that float32 is for
   */
  boolean direction(Particles x) {
    n = x.count();
    int width = loops.width();
    tiles = (n + width - 1) / width;
    int most = SteinMutualLoops.MOST_TILES;
    tilesOfGroup = n < MANY_PARTICLES ? most / 2 : most;
    groups = (tiles + tilesOfGroup - 1) / tilesOfGroup;
    double group = (double) tilesOfGroup * width;
    double nanos = group * group * (NANOS_PER_PAIR + NANOS_PER_COORDINATE * x.dimensions());
    boolean apart = x.states() >= 2 * engine.threads();
    if (apart) {
      engine.workers().run(x.states(), nanos * groups * groups / 2, whole);
    }
    boolean complete = true;
    for (int b = 0; b < x.states(); b++) {
      SteinBlock block = engine.stein(0);
      owner.place(block, b);
      boolean fast = states.status(b) == SteinStates.FAST;
      complete &= !fast || takes(block);
      if (!apart && fast && takes(block)) {
        state = b;
        cloudAt = block.transposed(loops.floats(n, block.d)).address();
        for (round = START; round <= rounds(); round++) {
          resetTurns();
          double each = isMeeting(round) ? nanos / tilesOfGroup : nanos;
          engine.workers().run(pieces(round), each, this);
        }
      }
    }
    return complete;
  }

  /** Rounds in which groups meet. */
  private int rounds() {
    return (groups - 1) | 1;
  }

  private boolean isMeeting(int now) {
    return now != START && now != rounds();
  }

  /** Tiles of the first group of each meeting, or groups. */
  private int pieces(int now) {
    return isMeeting(now) ? meetings() * tilesOfGroup : groups;
  }

  private int meetings() {
    return (groups + 1) / 2;
  }

  private void resetTurns() {
    failed = false;
    if (turns.length() < meetings()) {
      turns = new AtomicIntegerArray(meetings());
    }
    for (int i = 0; i < meetings(); i++) {
      turns.setPlain(i, 0);
    }
  }

  private void whole(long from, long to, int worker) {
    SteinBlock b = engine.stein(worker);
    for (int mine = (int) from; mine < to; mine++) {
      owner.place(b, mine);
      if (states.status(mine) == SteinStates.FAST && takes(b)) {
        b.cloudAt = b.transposed(loops.floats(n, b.d)).address();
        loops.open(b);
        for (int r = START; r <= rounds(); r++) {
          for (int piece = 0; piece < pieces(r); piece++) {
            run(b, mine, r, piece, false);
          }
        }
      }
    }
  }

  @Override
  public void run(long from, long to, int worker) {
    boolean done = false;
    try {
      SteinBlock b = engine.stein(worker);
      owner.place(b, state);
      b.cloudAt = cloudAt;
      loops.open(b);
      for (long piece = from; piece < to; piece++) {
        run(b, state, round, (int) piece, true);
      }
      done = true;
    } finally {
      if (!done) {
        failed = true;
      }
    }
  }

  private void run(SteinBlock b, int of, int now, int piece, boolean shared) {
    if (now == START) {
      loops.start(b, piece * tilesOfGroup, end(piece));
    } else if (now == rounds()) {
      loops.finish(b, piece * tilesOfGroup, end(piece));
      int first = piece * tilesOfGroup * loops.width();
      int count = Math.min(n, end(piece) * loops.width()) - first;
      long at = b.stateY + (long) first * b.d * Float.BYTES;
      if (!SteinStates.isFinite(all.largest(b.out, at, count * b.d))) {
        states.giveUp(of);
      }
    } else {
      meet(b, now, piece / tilesOfGroup, piece % tilesOfGroup, shared);
    }
  }

  /** All but the last group go around a ring; those at equal distances from a place meet. */
  private void meet(SteinBlock b, int now, int meeting, int turn, boolean shared) {
    int ring = rounds();
    int one = meeting == 0 ? ring : (now + meeting) % ring;
    int other = (now - meeting + ring) % ring;
    int tile = Math.min(one, other) * tilesOfGroup + turn;
    int there = Math.max(one, other);
    if (there < groups) {
      loops.meet(b, tile, tile + 1, there * tilesOfGroup, end(there));
      if (shared) {
        awaitTurn(meeting, turn);
      }
      loops.settle(b, there * tilesOfGroup, end(there));
      if (shared) {
        turns.setRelease(meeting, turn + 1);
      }
    }
  }

  /**
   * The tile before is done, or at work, or will be: pieces are claimed in order by the caller, who
   * never waits for one that is not claimed yet.
   */
  private void awaitTurn(int meeting, int turn) {
    for (int spins = 1; turns.getAcquire(meeting) != turn && !failed; spins++) {
      Workers.pause(spins);
    }
  }

  private int end(int group) {
    return Math.min(tiles, (group + 1) * tilesOfGroup);
  }
}
