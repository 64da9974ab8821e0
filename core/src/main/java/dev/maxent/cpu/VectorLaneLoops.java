package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Loops over networks in lanes with the Vector API. */
final class VectorLaneLoops implements LaneLoops {
  /** As many squares are summed in float32, four sums to a lane. */
  private static final int SQUARES = 512;

  private final Apart rows = Apart.of(VectorLaneRows.class, "product");
  private final Apart column = Apart.of(VectorLaneColumn.class, "product");
  private final Apart units = Apart.of(VectorLaneUnits.class, "product");
  private final Apart gated = Apart.of(VectorLaneSlopes.class, "product");
  private final Apart rectify = Apart.of(VectorLaneProduct.class, "rectify");
  private final Apart gate = Apart.of(VectorLaneProduct.class, "gate");
  private final Apart product = Apart.of(VectorLaneProduct.class, "product");
  private final Apart squared = Apart.of(VectorLaneLoss.class, "squared");
  private final Apart huber = Apart.of(VectorLaneLoss.class, "huber");
  private final Apart turn = Apart.of(VectorLaneProduct.class, "turn");
  private final Apart squares = Apart.of(VectorParameters.class, "shortSquares");
  private final Apart copyRows = Apart.of(VectorParameters.class, "copyRows");
  private final Apart spread = Apart.of(VectorLaneProduct.class, "spread");
  private final VectorPanels panels = new VectorPanels();
  private final ThreadLocal<LoopScratch> scratch = ThreadLocal.withInitial(LoopScratch::new);

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void product(LaneProduct p) {
    Apart blocks = blocks(p);
    int whole = blocks == null ? 0 : p.rows / VectorLaneRows.ROWS * VectorLaneRows.ROWS;
    if (whole > 0) {
      blocks.run(p);
      p.aAt += whole * p.aRow;
      p.initAt += whole * p.initRow;
      p.cAt += whole * p.cRow;
      p.rows -= whole;
    }
    if (p.rows == 0) {
      return;
    }
    if (p.roomAt == 0) {
      product.run(p);
    } else {
      long to = p.cAt;
      p.cAt = p.roomAt;
      product.run(p);
      p.cAt = to;
      gate.run(p);
    }
    if (p.rectify) {
      rectify.run(p);
    }
  }

  /** What takes whole blocks of rows, or null. */
  private Apart blocks(LaneProduct p) {
    if (!VectorMath.MANY_REGISTERS) {
      return null;
    }
    boolean adjacent = p.aRow == BYTES;
    boolean alike = adjacent && p.cRow == BYTES;
    if (p.rectify) {
      return alike && p.initRow == BYTES && p.initColumn == 0 ? units : null;
    }
    if (p.roomAt != 0) {
      return alike ? gated : null;
    }
    if (p.columns == 1) {
      return column;
    }
    return adjacent ? rows : null;
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
      int many = Math.min(LANES, columns - c);
      boolean whole = many == LANES;
      s.from = from + c * BYTES;
      s.fromStep = BYTES;
      s.fromRows = many;
      s.to = whole ? to + c * 4L : s.scratchAt;
      s.toStep = whole ? step : BYTES;
      s.toRows = rows;
      panels.run(s);
      if (!whole) {
        copyRows.run(s.scratchAt, BYTES, to + c * 4L, step, rows, many);
      }
    }
  }

  @Override
  public void squares(long from, int count, double[] to, int first, int networks) {
    MemorySegment sums = scratch.get().sums;
    for (int at = 0; at < count; at += SQUARES) {
      int floats = Math.min(SQUARES, count - at) * LANES;
      squares.run(from + at * BYTES, sums.address(), floats);
      for (int e = 0; e < networks; e++) {
        double part = sums.getAtIndex(ValueLayout.JAVA_FLOAT, e);
        to[first + e] = at == 0 ? part : to[first + e] + part;
      }
    }
    for (int e = first; e < first + networks; e++) {
      to[e] = VectorNetworkLoops.areSafe(to[e]) ? to[e] : Double.NaN;
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
