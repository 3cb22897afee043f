// Doubling and smoothing images with the taps 1, 3, 3, 1, with gradients of any order: the
// gradient of each operation is its adjoint, whose gradient is the operation.
#include "guard.h"

#include "image_planes.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace pv;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// out = 3/4 near + 1/4 far; a null row is zero.
PV_EVERY_CPU void blendRows(const float *near, const float *far, int64_t width, float *out) {
  if (far)
    for (int64_t x = 0; x < width; ++x)
      out[x] = 0.75f * near[x] + 0.25f * far[x];
  else
    for (int64_t x = 0; x < width; ++x)
      out[x] = 0.75f * near[x];
}

/// A row twice as wide; `row` has a zero before and behind it.
PV_EVERY_CPU void doubleRow(const float *row, int64_t width, float *out) {
  for (int64_t x = 0; x < width; ++x) {
    out[2 * x] = 0.75f * row[x] + 0.25f * row[x - 1];
    out[2 * x + 1] = 0.75f * row[x] + 0.25f * row[x + 1];
  }
}

/// The adjoint of `doubleRow`; `row` has a zero before and behind it.
PV_EVERY_CPU void halveRow(const float *row, int64_t width, float *out) {
  for (int64_t x = 0; x < width; ++x)
    out[x] = 0.75f * (row[2 * x] + row[2 * x + 1]) + 0.25f * (row[2 * x - 1] + row[2 * x + 2]);
}

/// out = (a + 3 b + 3 c + d) / 4.
PV_EVERY_CPU void smoothRows(const float *a, const float *b, const float *c, const float *d,
                             int64_t width, float *out) {
  for (int64_t x = 0; x < width; ++x)
    out[x] = 0.25f * (a[x] + d[x]) + 0.75f * (b[x] + c[x]);
}

at::Tensor sized(const at::Tensor &x, int64_t height, int64_t width) {
  return at::empty({x.size(0), x.size(1), height, width}, at::TensorOptions(at::kFloat));
}

at::Tensor plain(const at::Tensor &x) {
  TORCH_CHECK(x.dim() == 4 && x.device().is_cpu() && x.scalar_type() == at::kFloat,
              "resampling: an image is of shape ", x.sizes(), " on ", x.device(),
              ", wanted four dimensions of floats on the CPU");
  return x.detach().contiguous();
}

at::Tensor doubled(const at::Tensor &image) {
  const at::Tensor x = plain(image);
  const int64_t height = x.size(2), width = x.size(3);
  const at::Tensor out = sized(x, 2 * height, 2 * width);
  const float *from = x.data_ptr<float>();
  float *to = out.data_ptr<float>();
  forPlanes(x.size(0) * x.size(1), width + 2, [&](int64_t plane, float *scratch) {
    const float *in = from + plane * height * width;
    for (int64_t y = 0; y < 2 * height; ++y) {
      const int64_t near = y / 2, far = y % 2 ? near + 1 : near - 1;
      blendRows(in + near * width, far < 0 || far >= height ? nullptr : in + far * width, width,
                scratch + 1);
      doubleRow(scratch + 1, width, to + (plane * 2 * height + y) * 2 * width);
    }
  });
  return out;
}

at::Tensor halved(const at::Tensor &image) {
  const at::Tensor x = plain(image);
  const int64_t height = x.size(2) / 2, width = x.size(3) / 2;
  const at::Tensor out = sized(x, height, width);
  const float *from = x.data_ptr<float>();
  float *to = out.data_ptr<float>();
  // The last part of the scratch stays zero: a row outside the image.
  forPlanes(x.size(0) * x.size(1), 4 * width + 2, [&](int64_t plane, float *scratch) {
    const float *zeros = scratch + 2 * width + 2;
    const auto row = [&](int64_t y) {
      return y < 0 || y >= 2 * height ? zeros : from + (plane * 2 * height + y) * 2 * width;
    };
    for (int64_t y = 0; y < height; ++y) {
      smoothRows(row(2 * y - 1), row(2 * y), row(2 * y + 1), row(2 * y + 2), 2 * width,
                 scratch + 1);
      halveRow(scratch + 1, width, to + (plane * height + y) * width);
    }
  });
  return out;
}

/// y[n] = (x[n + offset] + 3 x[n + offset + 1] + 3 x[n + offset + 2] + x[n + offset + 3]) / 4 along
/// both axes, `growth` larger than x.
at::Tensor smoothed(const at::Tensor &image, int64_t offset, int64_t growth) {
  const at::Tensor x = plain(image);
  const int64_t height = x.size(2), width = x.size(3);
  const int64_t tall = height + growth, wide = width + growth;
  const at::Tensor out = sized(x, tall, wide);
  const float *from = x.data_ptr<float>();
  float *to = out.data_ptr<float>();
  forPlanes(x.size(0) * x.size(1), 2 * width + 6, [&](int64_t plane, float *scratch) {
    const float *zeros = scratch + width + 6;
    float *line = scratch + 3;
    const auto row = [&](int64_t y) {
      return y < 0 || y >= height ? zeros : from + (plane * height + y) * width;
    };
    for (int64_t y = 0; y < tall; ++y) {
      const int64_t first = y + offset;
      smoothRows(row(first), row(first + 1), row(first + 2), row(first + 3), width, line);
      const float *at = line + offset;
      smoothRows(at, at + 1, at + 2, at + 3, wide, to + (plane * tall + y) * wide);
    }
  });
  return out;
}

/// Doubling, or with `adjoint` its adjoint.
class DoubleFunction : public torch::autograd::Function<DoubleFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, bool adjoint) {
    context->saved_data["adjoint"] = adjoint;
    return adjoint ? halved(x) : doubled(x);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    const bool adjoint = context->saved_data["adjoint"].toBool();
    return {apply(gradients[0], !adjoint), at::Tensor()};
  }
};

/// Smoothing to one pixel less, or with `adjoint` its adjoint to one pixel more.
class SmoothFunction : public torch::autograd::Function<SmoothFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, bool adjoint) {
    context->saved_data["adjoint"] = adjoint;
    return adjoint ? smoothed(x, -2, 1) : smoothed(x, -1, -1);
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    const bool adjoint = context->saved_data["adjoint"].toBool();
    return {apply(gradients[0], !adjoint), at::Tensor()};
  }
};

} // namespace

pv_tensor *pv_tensor_double(const pv_tensor *x) {
  return made([&] { return DoubleFunction::apply(x->value, false); });
}

pv_tensor *pv_tensor_smooth(const pv_tensor *x) {
  return made([&] { return SmoothFunction::apply(x->value, false); });
}
