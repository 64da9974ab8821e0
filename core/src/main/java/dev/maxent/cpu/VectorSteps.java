package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.BYTES;
import static dev.maxent.cpu.VectorMath.FLOATS;
import static dev.maxent.cpu.VectorMath.load;
import static dev.maxent.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/** The loops of {@link VectorStepLoops} by address; counts are whole vectors. */
final class VectorSteps {
  private VectorSteps() {}

  /** Four vectors a turn: particles beyond the second cache arrive a fifth sooner. */
  static void plain(AdamStep s) {
    long toGradient = s.gradientFrom - s.parametersAt;
    FloatVector rate = FloatVector.broadcast(FLOATS, -s.rate);
    long end = s.parametersAt + s.count * 4L;
    long at = s.parametersAt;
    for (; at + 4 * BYTES <= end; at += 4 * BYTES) {
      long g = at + toGradient;
      FloatVector x0 = rate.fma(load(g), load(at));
      FloatVector x1 = rate.fma(load(g + BYTES), load(at + BYTES));
      FloatVector x2 = rate.fma(load(g + 2 * BYTES), load(at + 2 * BYTES));
      FloatVector x3 = rate.fma(load(g + 3 * BYTES), load(at + 3 * BYTES));
      store(x0, at);
      store(x1, at + BYTES);
      store(x2, at + 2 * BYTES);
      store(x3, at + 3 * BYTES);
    }
    for (; at < end; at += BYTES) {
      store(rate.fma(load(at + toGradient), load(at)), at);
    }
  }

  static void adaGrad(AdamStep s) {
    long toSecond = s.secondAt - s.parametersAt;
    long toGradient = s.gradientFrom - s.parametersAt;
    FloatVector epsilon = FloatVector.broadcast(FLOATS, s.epsilon);
    FloatVector rate = FloatVector.broadcast(FLOATS, -s.rate);
    long end = s.parametersAt + s.count * 4L;
    for (long at = s.parametersAt; at < end; at += BYTES) {
      FloatVector g = load(at + toGradient);
      FloatVector v = g.fma(g, load(at + toSecond));
      FloatVector x = rate.fma(g.div(v.sqrt().add(epsilon)), load(at));
      store(v, at + toSecond);
      store(x, at);
    }
  }

  static void adam(AdamStep s) {
    long toFirst = s.firstAt - s.parametersAt;
    long toSecond = s.secondAt - s.parametersAt;
    long toGradient = s.gradientFrom - s.parametersAt;
    long toTarget = s.targetAt - s.parametersAt;
    FloatVector scale = FloatVector.broadcast(FLOATS, s.scale);
    FloatVector beta1 = FloatVector.broadcast(FLOATS, s.beta1);
    FloatVector beta2 = FloatVector.broadcast(FLOATS, s.beta2);
    FloatVector rest1 = FloatVector.broadcast(FLOATS, s.rest1);
    FloatVector rest2 = FloatVector.broadcast(FLOATS, s.rest2);
    FloatVector correction = FloatVector.broadcast(FLOATS, s.correction);
    FloatVector epsilon = FloatVector.broadcast(FLOATS, s.epsilon);
    FloatVector rate = FloatVector.broadcast(FLOATS, -s.rate);
    FloatVector keep = FloatVector.broadcast(FLOATS, s.keep);
    FloatVector tau = FloatVector.broadcast(FLOATS, s.tau);
    boolean follow = s.targetRule == AdamStep.FOLLOW;
    boolean copy = s.targetRule == AdamStep.COPY;
    long end = s.parametersAt + s.count * 4L;
    for (long at = s.parametersAt; at < end; at += BYTES) {
      FloatVector g = load(at + toGradient).mul(scale);
      FloatVector m = beta1.fma(load(at + toFirst), rest1.mul(g));
      FloatVector v = beta2.fma(load(at + toSecond), rest2.mul(g).mul(g));
      store(m, at + toFirst);
      store(v, at + toSecond);
      FloatVector root = v.mul(correction).sqrt().add(epsilon);
      FloatVector p = rate.fma(m.div(root), load(at).mul(keep));
      store(p, at);
      if (follow) {
        FloatVector t = load(at + toTarget);
        store(tau.fma(p.sub(t), t), at + toTarget);
      } else if (copy) {
        store(p, at + toTarget);
      }
    }
  }
}
