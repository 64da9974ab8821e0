package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.reference.Draw;
import dev.maxent.reference.SoftRow;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One action per row: the greedy one, or one sampled by Gumbel-max. */
final class ActionTask extends SoftTask {
  private static final Temperature ZERO = Temperature.of(0);
  private MemorySegment actions;
  private RandomDraw draw;
  private final Draw[] draws;

  ActionTask(CpuEngine engine) {
    super(engine);
    draws = new Draw[engine.threads()];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = new Draw();
    }
  }

  void greedy(ActionValues newQ, DeviceArray newActions) {
    actions = segment(newActions);
    draw = null;
    launch(newQ, ZERO);
    actions = null;
  }

  void sample(
      ActionValues newQ, Temperature temperature, RandomDraw newDraw, DeviceArray newActions) {
    actions = segment(newActions);
    draw = newDraw;
    launch(newQ, temperature);
    actions = null;
  }

  @Override
  void process(Block b, MemorySegment rows, long at, long first, int worker) {
    int columns = q.columns();
    MemorySegment noise = null;
    long noiseAt = 0;
    if (draw != null) {
      maximum(b, rows, at, worker);
      // Word i of the draw belongs to element i, so the block's words are one stretch.
      long element = first * columns;
      int lead = (int) (element & 3);
      int count = b.rows * columns;
      noise = b.noise(count + 8L);
      noiseAt = lead * 4L;
      int blocks = (int) ((lead + count + 3L) / 4);
      loops.random().words(draw.seed(), draw.counter(), element >>> 2, blocks, noise, 0);
      loops.random().gumbel(noise, noiseAt, count);
    }
    for (int r = 0; r < b.rows; r++) {
      long row = at + (long) r * columns * Float.BYTES;
      if (draw == null) {
        set(first + r, loops.argMax(rows, row, columns), worker);
      } else if (b.special[r] || !(Math.abs(b.max[r]) <= Block.LARGEST_MAX)) {
        set(first + r, -1, worker);
      } else {
        set(first + r, sample(b, r, rows, row, noise, noiseAt + (long) r * columns * 4), worker);
      }
    }
  }

  private int sample(
      Block b, int r, MemorySegment rows, long row, MemorySegment noise, long noiseAt) {
    float inverse = q.logWeights() == null ? b.inverse(r) : 1f;
    loops.random().perturb(rows, row, b.max[r], inverse, noise, noiseAt, q.columns());
    return loops.argMax(noise, noiseAt, q.columns());
  }

  /** −1 from the fast loop may mean several things; the reference tells which. */
  private void set(long i, int action, int worker) {
    if (action >= 0) {
      actions.setAtIndex(ValueLayout.JAVA_INT, i, action);
    } else {
      SoftRow row = reader(worker, i);
      int result =
          draw == null
              ? row.greedy()
              : row.sample(draws[worker].set(draw.seed(), draw.counter()), i * q.columns());
      actions.setAtIndex(ValueLayout.JAVA_INT, i, result);
    }
  }

  @Override
  void special(SoftRow row, long i) {
    actions.setAtIndex(ValueLayout.JAVA_INT, i, -1);
  }
}
