// The OpenCL C built-ins that the kernels use, for resources.sh: clang knows how they are declared,
// libdevice how NVIDIA computes them. One that is missing here makes ptxas fail with its name.
#define BUILTIN __attribute__((overloadable, always_inline))

BUILTIN size_t get_local_id(uint d) { return __nvvm_read_ptx_sreg_tid_x(); }
BUILTIN size_t get_local_size(uint d) { return __nvvm_read_ptx_sreg_ntid_x(); }
BUILTIN size_t get_group_id(uint d) { return __nvvm_read_ptx_sreg_ctaid_x(); }
BUILTIN size_t get_num_groups(uint d) { return __nvvm_read_ptx_sreg_nctaid_x(); }
BUILTIN size_t get_global_id(uint d) {
  return (size_t)__nvvm_read_ptx_sreg_ctaid_x() * __nvvm_read_ptx_sreg_ntid_x() +
         __nvvm_read_ptx_sreg_tid_x();
}
BUILTIN size_t get_global_size(uint d) {
  return (size_t)__nvvm_read_ptx_sreg_nctaid_x() * __nvvm_read_ptx_sreg_ntid_x();
}

BUILTIN void barrier(cl_mem_fence_flags flags) { __syncthreads(); }
BUILTIN void mem_fence(cl_mem_fence_flags flags) { __nvvm_membar_gl(); }

#define ATOMIC(name, type, instruction, constraint)                                       \
  BUILTIN type name(volatile __global type *at, type v) {                                 \
    type old;                                                                             \
    __asm volatile("atom.global." instruction " %0, [%1], %2;"                            \
                   : "=" constraint(old)                                                  \
                   : "l"(at), constraint(v)                                               \
                   : "memory");                                                           \
    return old;                                                                           \
  }
ATOMIC(atomic_or, uint, "or.b32", "r")
ATOMIC(atomic_xchg, uint, "exch.b32", "r")
ATOMIC(atomic_max, int, "max.s32", "r")
ATOMIC(atomic_add, uint, "add.u32", "r")
BUILTIN uint atomic_inc(volatile __global uint *at) { return atomic_add(at, 1u); }

BUILTIN int isnan(float x) { return x != x; }
BUILTIN int isfinite(float x) { return (as_int(x) & 0x7f800000) != 0x7f800000; }
#define EXTREMES(type)                                                                    \
  BUILTIN type min(type a, type b) { return a < b ? a : b; }                              \
  BUILTIN type max(type a, type b) { return a > b ? a : b; }
EXTREMES(int)
EXTREMES(uint)
EXTREMES(long)
EXTREMES(ulong)
BUILTIN uint mul_hi(uint a, uint b) { return (uint)((ulong)a * b >> 32); }
BUILTIN uint4 mul_hi(uint4 a, uint4 b) {
  return (uint4)(mul_hi(a.x, b.x), mul_hi(a.y, b.y), mul_hi(a.z, b.z), mul_hi(a.w, b.w));
}

float __nv_fmaf(float, float, float);
float __nv_fabsf(float);
float __nv_fminf(float, float);
float __nv_fmaxf(float, float);
float __nv_rintf(float);
float __nv_fsqrt_rn(float);
float __nv_logf(float);
float __nv_log1pf(float);
float __nv_expm1f(float);
float __nv_sinf(float);
float __nv_cosf(float);

BUILTIN float fma(float a, float b, float c) { return __nv_fmaf(a, b, c); }
BUILTIN float4 fma(float4 a, float4 b, float4 c) {
  return (float4)(fma(a.x, b.x, c.x), fma(a.y, b.y, c.y), fma(a.z, b.z, c.z), fma(a.w, b.w, c.w));
}
BUILTIN float fabs(float x) { return __nv_fabsf(x); }
BUILTIN float min(float a, float b) { return __nv_fminf(a, b); }
BUILTIN float max(float a, float b) { return __nv_fmaxf(a, b); }
BUILTIN float rint(float x) { return __nv_rintf(x); }
BUILTIN float sqrt(float x) { return __nv_fsqrt_rn(x); }
BUILTIN float log(float x) { return __nv_logf(x); }
BUILTIN float log1p(float x) { return __nv_log1pf(x); }
BUILTIN float expm1(float x) { return __nv_expm1f(x); }
BUILTIN float sin(float x) { return __nv_sinf(x); }
BUILTIN float cos(float x) { return __nv_cosf(x); }
