package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;

/** Loops over networks in lanes with the Vector API. */
final class VectorLaneLoops implements LaneLoops {
  private final Apart blocks = Apart.of(VectorLaneRows.class, "product");
  private final Apart product = Apart.of(VectorLaneProduct.class, "product");
  private final Apart squared = Apart.of(VectorLaneLoss.class, "squared");
  private final Apart huber = Apart.of(VectorLaneLoss.class, "huber");
  private final Apart turn = Apart.of(VectorLaneProduct.class, "turn");
  private final Apart spread = Apart.of(VectorLaneProduct.class, "spread");
  private final VectorPanels panels = new VectorPanels();
  private final ThreadLocal<LoopScratch> scratch = ThreadLocal.withInitial(LoopScratch::new);

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void product(LaneProduct p) {
    boolean adjacent = VectorMath.MANY_REGISTERS && p.aRow == BYTES;
    int whole = adjacent ? p.rows / VectorLaneRows.ROWS * VectorLaneRows.ROWS : 0;
    if (whole > 0) {
      blocks.run(p);
      p.aAt += whole * p.aRow;
      p.initAt += whole * p.initRow;
      p.cAt += whole * p.cRow;
      p.rows -= whole;
    }
    if (p.rows > 0) {
      product.run(p);
    }
  }

  @Override
  public void loss(LaneLoss loss) {
    (loss.limit == Float.POSITIVE_INFINITY ? squared : huber).run(loss);
  }

  @Override
  public void gather(MemorySegment from, long at, long step, int rows, int columns, long to) {
    Square s = scratch.get().square;
    s.from = from.address() + at;
    s.fromStep = step;
    s.fromRows = rows;
    s.to = to;
    s.toStep = BYTES;
    s.toRows = columns;
    panels.run(s);
  }

  @Override
  public void scatter(long from, int columns, long to, long step, int rows) {
    Square s = scratch.get().square;
    for (int c = 0; c < columns; c += LANES) {
      s.from = from + c * BYTES;
      s.fromStep = BYTES;
      s.fromRows = Math.min(LANES, columns - c);
      s.to = to + c * 4L;
      s.toStep = step;
      s.toRows = rows;
      panels.run(s);
    }
  }

  @Override
  public void spread(MemorySegment from, long at, int count, long to) {
    spread.run(from.address() + at, to, count);
  }

  @Override
  public void turn(long from, int rows, int columns, long to) {
    turn.run(from, columns * BYTES, to, rows * BYTES, rows, columns);
  }
}
