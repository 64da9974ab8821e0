package dev.maxent.benchmarks.peers;

import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;

/**
 * An operator of PyTorch that the presets give no method for, such as the optimisers with {@code
 * fused=True}, which move each number once instead of once per operation. It is called as the
 * dispatcher does it, with arguments on a stack.
 */
final class TorchFused {
  private final OperatorHandle operator;
  private final Type.TypePtr tensorType;

  /**
   * Looks an operator up.
   *
   * @param name for example {@code aten::_fused_adam_}
   */
  TorchFused(String name) {
    Dispatcher dispatcher = Dispatcher.singleton();
    operator = dispatcher.findSchemaOrThrow(name, "");
    // The type of tensors is not to be had by name, but lists of tensors carry it.
    Tensor any = TorchTensors.of(new float[1], 1);
    IValueVector stack = new IValueVector(new IValue(any), new IValue(0L));
    dispatcher.findSchemaOrThrow("aten::unbind", "int").callBoxed(stack);
    tensorType = stack.get(0).toList().elementType();
  }

  /** An argument that is a list of tensors. */
  IValue list(Tensor... tensors) {
    GenericList list = new GenericList(tensorType);
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor));
    }
    return new IValue(list);
  }

  /** Calls the operator with all arguments of its schema. */
  void call(IValue... arguments) {
    operator.callBoxed(new IValueVector(arguments));
  }
}
