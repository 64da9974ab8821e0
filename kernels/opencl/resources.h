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

#define ATOMIC_AT(space, place, name, type, instruction)                                  \
  BUILTIN type name(volatile space type *at, type v) {                                    \
    type old;                                                                             \
    __asm volatile("atom." place "." instruction " %0, [%1], %2;"                         \
                   : "=r"(old)                                                            \
                   : "l"(at), "r"(v)                                                      \
                   : "memory");                                                           \
    return old;                                                                           \
  }
#define ATOMIC(name, type, instruction)                                                   \
  ATOMIC_AT(__global, "global", name, type, instruction)                                  \
  ATOMIC_AT(__local, "shared", name, type, instruction)
#define ATOMICS(type, kind)                                                               \
  ATOMIC(atomic_or, type, "or.b32")                                                       \
  ATOMIC(atomic_xchg, type, "exch.b32")                                                   \
  ATOMIC(atomic_min, type, "min." kind)                                                   \
  ATOMIC(atomic_max, type, "max." kind)                                                   \
  ATOMIC(atomic_add, type, "add." kind)                                                   \
  BUILTIN type atomic_inc(volatile __global type *at) { return atomic_add(at, (type)1); } \
  BUILTIN type atomic_inc(volatile __local type *at) { return atomic_add(at, (type)1); }
ATOMICS(int, "s32")
ATOMICS(uint, "u32")
BUILTIN int atomic_cmpxchg(volatile __global int *at, int was, int v) {
  int old;
  __asm volatile("atom.global.cas.b32 %0, [%1], %2, %3;"
                 : "=r"(old)
                 : "l"(at), "r"(was), "r"(v)
                 : "memory");
  return old;
}

BUILTIN int isnan(float x) { return x != x; }
BUILTIN int isinf(float x) { return (as_int(x) & 0x7fffffff) == 0x7f800000; }
BUILTIN int isfinite(float x) { return (as_int(x) & 0x7f800000) != 0x7f800000; }
#define EXTREMES(type)                                                                    \
  BUILTIN type min(type a, type b) { return a < b ? a : b; }                              \
  BUILTIN type max(type a, type b) { return a > b ? a : b; }
EXTREMES(int)
EXTREMES(uint)
EXTREMES(long)
EXTREMES(ulong)
BUILTIN uint clz(uint x) { return x == 0 ? 32 : __builtin_clz(x); }
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
float __nv_rsqrtf(float);
float __nv_ldexpf(float, int);
float __nv_exp2f(float);
float __nv_logf(float);
float __nv_log1pf(float);
float __nv_expm1f(float);
float __nv_expf(float);
float __nv_tanhf(float);
float __nv_erfcf(float);
float __nv_cospif(float);
float __nv_copysignf(float, float);
float __nv_sinf(float);
float __nv_cosf(float);

BUILTIN float fma(float a, float b, float c) { return __nv_fmaf(a, b, c); }
BUILTIN float4 fma(float4 a, float4 b, float4 c) {
  return (float4)(fma(a.x, b.x, c.x), fma(a.y, b.y, c.y), fma(a.z, b.z, c.z), fma(a.w, b.w, c.w));
}
BUILTIN float dot(float4 a, float4 b) {
  return fma(a.x, b.x, fma(a.y, b.y, fma(a.z, b.z, a.w * b.w)));
}
BUILTIN float fabs(float x) { return __nv_fabsf(x); }
BUILTIN float min(float a, float b) { return __nv_fminf(a, b); }
BUILTIN float max(float a, float b) { return __nv_fmaxf(a, b); }
BUILTIN float fmin(float a, float b) { return __nv_fminf(a, b); }
BUILTIN float fmax(float a, float b) { return __nv_fmaxf(a, b); }
BUILTIN float clamp(float x, float least, float most) { return min(max(x, least), most); }
BUILTIN float rint(float x) { return __nv_rintf(x); }
BUILTIN float sqrt(float x) { return __nv_fsqrt_rn(x); }
BUILTIN float rsqrt(float x) { return __nv_rsqrtf(x); }
BUILTIN float ldexp(float x, int n) { return __nv_ldexpf(x, n); }
BUILTIN float exp2(float x) { return __nv_exp2f(x); }
BUILTIN float log(float x) { return __nv_logf(x); }
BUILTIN float log1p(float x) { return __nv_log1pf(x); }
BUILTIN float expm1(float x) { return __nv_expm1f(x); }
BUILTIN float exp(float x) { return __nv_expf(x); }
BUILTIN float tanh(float x) { return __nv_tanhf(x); }
BUILTIN float erfc(float x) { return __nv_erfcf(x); }
BUILTIN float cospi(float x) { return __nv_cospif(x); }
BUILTIN float copysign(float x, float sign) { return __nv_copysignf(x, sign); }
BUILTIN float sin(float x) { return __nv_sinf(x); }
BUILTIN float cos(float x) { return __nv_cosf(x); }
