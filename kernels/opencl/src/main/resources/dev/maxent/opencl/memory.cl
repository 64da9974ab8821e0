// Zeros, then guard bytes of 0xFF up to the end of the buffer, word by word. An own kernel, since
// fill commands have been unreliable on large buffers.
__kernel void clear(__global uint *words, ulong bytes, ulong all) {
  for (ulong i = get_global_id(0); i < all / 4; i += get_global_size(0)) {
    ulong at = 4 * i;
    uint guard = at >= bytes ? 0xFFFFFFFFu : 0xFFFFFFFFu << (8 * (uint)(bytes & 3));
    words[i] = at + 4 <= bytes ? 0u : guard;
  }
}
