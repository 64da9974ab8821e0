package dev.maxent.benchmarks.peers;

import dev.maxent.benchmarks.peer.PeerSession;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Runs an expression in inference mode, unless it is to be differentiated, and frees all
 * temporaries of a run at once.
 */
final class TorchSession implements PeerSession {
  private final String text;
  private final List<String> outputs;
  private final PointerScope inputs;
  private final TorchOperation operation;
  private Tensor[] results = {};

  private final boolean inference;

  TorchSession(TorchExpression expression, boolean inference) {
    this.inference = inference;
    text = expression.text();
    outputs = expression.outputs();
    // A scope sits on a thread-local stack. After extend() the first close() only pops it, so that
    // nothing made later on this thread lands in it; the second close() frees the inputs.
    try (InferenceMode _ = new InferenceMode(inference);
        PointerScope scope = new PointerScope()) {
      operation = expression.source().get();
      inputs = scope.extend();
    }
  }

  @Override
  public String expression() {
    return text;
  }

  @Override
  public void run() {
    free();
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(inference)) {
      Tensor[] fresh = operation.evaluate();
      for (Tensor tensor : fresh) {
        tensor.retainReference(); // outlives the scope; detach() would free it here
      }
      results = fresh;
    }
  }

  @Override
  public double[] output(String name) {
    int index = outputs.indexOf(name);
    if (index < 0) {
      return null;
    }
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(inference)) {
      return TorchTensors.toDoubles(operation.outputs(results)[index]);
    }
  }

  @Override
  public void close() {
    free();
    inputs.close();
  }

  private void free() {
    for (Tensor tensor : results) {
      tensor.close();
    }
    results = new Tensor[0];
  }
}
