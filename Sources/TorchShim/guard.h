// The one place where C++ exceptions become messages.
#pragma once
#include <ATen/core/ivalue.h> // must come first: with C++20 the other headers need it complete

#include <ATen/ATen.h>
#include <exception>
#include <string>
#include <utility>

#include "include/torch_shim.h"
#include "subnormals.h"

struct pv_tensor {
  at::Tensor value;
};

namespace pv {

extern thread_local std::string message;

template <typename Body> auto guarded(Body &&body, decltype(body()) failure) -> decltype(body()) {
  const FlushedSubnormals flushed;
  try {
    return body();
  } catch (const c10::Error &error) {
    message = error.what_without_backtrace();
  } catch (const std::exception &error) {
    message = error.what();
  } catch (...) {
    message = "unknown error in libtorch";
  }
  return failure;
}

/// Runs `body`, which makes a tensor, and hands the tensor over.
template <typename Body> pv_tensor *made(Body &&body) {
  return guarded([&]() -> pv_tensor * { return new pv_tensor{body()}; }, nullptr);
}

/// Runs `body` and answers 0, or -1 after an error.
template <typename Body> int done(Body &&body) {
  return guarded(
      [&]() -> int {
        body();
        return 0;
      },
      -1);
}

inline at::IntArrayRef list(const int64_t *values, int count) {
  return at::IntArrayRef(values, static_cast<size_t>(count));
}

inline c10::optional<at::Tensor> optional(const pv_tensor *tensor) {
  return tensor ? c10::optional<at::Tensor>(tensor->value) : c10::nullopt;
}

} // namespace pv
