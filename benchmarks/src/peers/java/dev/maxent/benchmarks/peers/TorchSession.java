package dev.maxent.benchmarks.peers;

import dev.maxent.benchmarks.peer.PeerSession;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;

/**
 * Runs an expression in inference mode, unless it is to be differentiated, and frees all
 * temporaries of a run at once.
 */
final class TorchSession implements PeerSession {
  private final TorchExpression expression;
  private final boolean inference;
  private final boolean inPlace;
  private PointerScope inputs;
  private TorchOperation operation;
  private Tensor[] results = {};

  /**
   * Uploads the inputs.
   *
   * @param inPlace whether it updates some of them
   * @param inference whether nothing is to be differentiated
   */
  TorchSession(TorchExpression expression, boolean inPlace, boolean inference) {
    this.expression = expression;
    this.inPlace = inPlace;
    this.inference = inference;
    open();
  }

  private void open() {
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
    return expression.text();
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
    int index = expression.outputs().indexOf(name);
    if (index < 0) {
      return null;
    }
    try (PointerScope _ = new PointerScope();
        InferenceMode _ = new InferenceMode(inference)) {
      return TorchTensors.toDoubles(operation.outputs(results)[index]);
    }
  }

  @Override
  public void restore() {
    if (inPlace) {
      close();
      open();
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
