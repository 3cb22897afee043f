// Numbers too small for a processor's fast path.
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace pv {

/// While it lives, numbers below 1.2e-38 count as zero on this thread and on threads begun by it.
///
/// Gradients of empty space are full of such numbers, and Intel's processors take a hundred times
/// as long for them. The host's own arithmetic is left as it was.
class FlushedSubnormals {
public:
  FlushedSubnormals() : before(state()) { set(before | flags); }
  ~FlushedSubnormals() { set(before); }
  FlushedSubnormals(const FlushedSubnormals &) = delete;
  FlushedSubnormals &operator=(const FlushedSubnormals &) = delete;

private:
#if defined(__SSE2__)
  static constexpr uint64_t flags = 0x8040; // results, and operands
  static uint64_t state() { return _mm_getcsr(); }
  static void set(uint64_t value) { _mm_setcsr(static_cast<unsigned>(value)); }
#elif defined(__aarch64__)
  static constexpr uint64_t flags = 1u << 24;
  static uint64_t state() {
    uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(uint64_t value) { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
  static constexpr uint64_t flags = 0;
  static uint64_t state() { return 0; }
  static void set(uint64_t) {}
#endif
  const uint64_t before;
};

} // namespace pv
