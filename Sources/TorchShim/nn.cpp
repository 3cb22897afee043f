// Convolution, pooling and sampling.
#include "guard.h"

using namespace pv;

pv_tensor *pv_tensor_convolve(const pv_tensor *x, const pv_tensor *w, const pv_tensor *b,
                              int64_t stride, int64_t padding, int64_t groups, bool half) {
  return made([&] {
    if (!half)
      return at::conv2d(x->value, w->value, optional(b), stride, padding, 1, groups);
    c10::optional<at::Tensor> bias = optional(b);
    if (bias && bias->defined())
      bias = bias->to(at::kBFloat16);
    return at::conv2d(x->value.to(at::kBFloat16), w->value.to(at::kBFloat16), bias, stride, padding,
                      1, groups)
        .to(at::kFloat);
  });
}

pv_tensor *pv_tensor_convolve_transposed(const pv_tensor *x, const pv_tensor *w, const pv_tensor *b,
                                         int64_t stride_y, int64_t stride_x, int64_t padding,
                                         int64_t groups) {
  return made([&] {
    const int64_t strides[2] = {stride_y, stride_x};
    return at::conv_transpose2d(x->value, w->value, optional(b), strides, padding, 0, groups);
  });
}

pv_tensor *pv_tensor_max_pool(const pv_tensor *x, int64_t size, int64_t stride, int64_t padding,
                              bool ceil) {
  return made([&] { return at::max_pool2d(x->value, size, stride, padding, 1, ceil); });
}

pv_tensor *pv_tensor_average_pool(const pv_tensor *x, int64_t size, int64_t stride,
                                  int64_t padding) {
  return made([&] { return at::avg_pool2d(x->value, size, stride, padding); });
}

pv_tensor *pv_tensor_resize(const pv_tensor *x, int64_t height, int64_t width, bool antialiased) {
  return made([&] {
    const int64_t size[2] = {height, width};
    return antialiased ? at::_upsample_bilinear2d_aa(x->value, size, false)
                       : at::upsample_bilinear2d(x->value, size, false);
  });
}

pv_tensor *pv_tensor_grid_sample(const pv_tensor *x, const pv_tensor *grid) {
  return made([&] { return at::grid_sampler(x->value, grid->value, 0, 0, false); });
}
