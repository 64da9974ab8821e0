package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ParticleStep;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Moves particles in pieces of {@value #PIECE} elements. */
final class StepTask implements Workers.Task {
  private static final int PIECE = 4096;
  private static final double NANOS_PER_ELEMENT = 1;
  private final CpuEngine engine;
  private MemorySegment particles;
  private MemorySegment direction;
  private MemorySegment first;
  private MemorySegment second;
  private long length;
  private ParticleStep step;
  private float meanCorrection;
  private float squareCorrection;

  StepTask(CpuEngine engine) {
    this.engine = engine;
  }

  void step(DeviceArray x, DeviceArray phi, ParticleStep newStep) {
    particles = SoftTask.segment(x);
    direction = SoftTask.segment(phi);
    length = x.length();
    step = newStep;
    switch (step) {
      case ParticleStep.Plain _ -> {
        // Remembers nothing.
      }
      case ParticleStep.AdaGrad rule -> second = SoftTask.segment(rule.squares());
      case ParticleStep.Adam rule -> {
        first = SoftTask.segment(rule.mean());
        second = SoftTask.segment(rule.squares());
        MemorySegment counter = SoftTask.segment(rule.count());
        int count = counter.get(ValueLayout.JAVA_INT, 0) + 1;
        counter.set(ValueLayout.JAVA_INT, 0, count);
        meanCorrection = (float) (1 / (1 - Math.pow(rule.meanDecay(), count)));
        squareCorrection = (float) (1 / (1 - Math.pow(rule.squareDecay(), count)));
      }
    }
    engine.workers().run((length + PIECE - 1) / PIECE, PIECE * NANOS_PER_ELEMENT, this);
    particles = null;
    direction = null;
    first = null;
    second = null;
    step = null;
  }

  @Override
  public void run(long from, long to, int worker) {
    for (long piece = from; piece < to; piece++) {
      long at = piece * PIECE * Float.BYTES;
      int count = (int) Math.min(PIECE, length - piece * PIECE);
      switch (step) {
        case ParticleStep.Plain rule -> plain(at, count, (float) rule.rate());
        case ParticleStep.AdaGrad rule ->
            adaGrad(at, count, (float) rule.rate(), (float) rule.epsilon());
        case ParticleStep.Adam rule -> adam(at, count, rule);
      }
    }
  }

  private static float get(MemorySegment segment, long at) {
    return segment.get(ValueLayout.JAVA_FLOAT, at);
  }

  private static void set(MemorySegment segment, long at, float value) {
    segment.set(ValueLayout.JAVA_FLOAT, at, value);
  }

  private void plain(long from, int count, float rate) {
    MemorySegment x = particles;
    MemorySegment phi = direction;
    for (int i = 0; i < count; i++) {
      long at = from + i * 4L;
      set(x, at, Math.fma(rate, get(phi, at), get(x, at)));
    }
  }

  private void adaGrad(long from, int count, float rate, float epsilon) {
    MemorySegment x = particles;
    MemorySegment phi = direction;
    MemorySegment g = second;
    for (int i = 0; i < count; i++) {
      long at = from + i * 4L;
      float step = get(phi, at);
      float square = Math.fma(step, step, get(g, at));
      set(g, at, square);
      float root = (float) Math.sqrt(square);
      set(x, at, Math.fma(rate, step / (root + epsilon), get(x, at)));
    }
  }

  private void adam(long from, int count, ParticleStep.Adam rule) {
    MemorySegment x = particles;
    MemorySegment phi = direction;
    MemorySegment m = first;
    MemorySegment v = second;
    float rate = (float) rule.rate();
    float b1 = (float) rule.meanDecay();
    float b2 = (float) rule.squareDecay();
    float c1 = (float) (1 - rule.meanDecay());
    float c2 = (float) (1 - rule.squareDecay());
    float epsilon = (float) rule.epsilon();
    for (int i = 0; i < count; i++) {
      long at = from + i * 4L;
      float step = get(phi, at);
      float mean = Math.fma(c1, step, b1 * get(m, at));
      float square = Math.fma(c2 * step, step, b2 * get(v, at));
      set(m, at, mean);
      set(v, at, square);
      float root = (float) Math.sqrt(square * squareCorrection);
      float move = mean * meanCorrection / (root + epsilon);
      set(x, at, Math.fma(rate, move, get(x, at)));
    }
  }
}
