package dev.maxent.learn;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Particles;

/** See {@link Score#onHost}. */
final class HostScore implements Score {
  private final OnHost callback;
  private float[] particles = new float[0];
  private float[] score = new float[0];

  HostScore(OnHost callback) {
    this.callback = callback;
  }

  @Override
  public void score(Backend backend, Particles x, DeviceArray out) {
    if (particles.length != x.size()) {
      particles = new float[Math.toIntExact(x.size())];
      score = new float[particles.length];
    }
    x.array().download(particles);
    callback.score(particles, score);
    out.upload(score);
  }
}
