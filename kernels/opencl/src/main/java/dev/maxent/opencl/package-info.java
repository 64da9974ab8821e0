/**
 * The OpenCL backend: hand-written OpenCL C 1.2 on any device, through JOCL.
 *
 * <p>A public call goes from the kernel family's checks in {@code dev.maxent.kernel} to the class
 * of the same family here, to {@link dev.maxent.opencl.KernelCall}, to the {@code .cl} source.
 */
package dev.maxent.opencl;
