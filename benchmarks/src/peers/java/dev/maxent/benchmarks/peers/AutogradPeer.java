package dev.maxent.benchmarks.peers;

import dev.maxent.benchmarks.peer.Peer;
import dev.maxent.benchmarks.peer.PeerSession;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch as its users write a training step, with autograd: what a switch would save them. {@link
 * PyTorchPeer} does the same step in the quickest way found, which few would write.
 */
public final class AutogradPeer implements Peer {
  private final PyTorchPeer pytorch = new PyTorchPeer();

  /** For {@link java.util.ServiceLoader}; loads nothing yet. */
  public AutogradPeer() {}

  @Override
  public String name() {
    return "pytorch-autograd";
  }

  @Override
  public String version() {
    return pytorch.version();
  }

  @Override
  public List<String> notes() {
    return List.of("training steps only, as a training loop says them");
  }

  @Override
  public void threads(int count) {
    pytorch.threads(count);
  }

  @Override
  public List<PeerSession> open(KernelCase kernelCase, Inputs inputs) {
    boolean training =
        kernelCase.family().equals("network") && kernelCase.operation().equals("regression-step");
    if (!training || !kernelCase.purposes().contains(Purpose.BENCHMARK)) {
      return List.of();
    }
    List<PeerSession> sessions = new ArrayList<>();
    for (TorchAdam.Way way : TorchAdam.Way.values()) {
      TorchExpression step =
          new TorchExpression(
              "linear and relu by layer, mse_loss, backward(), optim.Adam(fused=%s)"
                  .formatted(way == TorchAdam.Way.FUSED ? "True" : "False"),
              NetworkExpressions.LEARNT,
              () -> new TorchTraining(kernelCase, inputs, way));
      sessions.add(new TorchSession(step, true, false));
    }
    return sessions;
  }
}
