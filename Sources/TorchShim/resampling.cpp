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

/// Pixels 2 x and 2 x + 1 of a smoothed row from its even and odd pixels; `odd` has a zero before
/// it.
PV_EVERY_CPU void smoothPhases(const float *even, const float *odd, int64_t width, float *out) {
  for (int64_t x = 0; x < width; ++x) {
    out[2 * x] = 0.25f * (odd[x - 1] + even[x + 1]) + 0.75f * (even[x] + odd[x]);
    out[2 * x + 1] = 0.25f * (even[x] + odd[x + 1]) + 0.75f * (odd[x] + even[x + 1]);
  }
}

/// The adjoint of `smoothPhases`, `width` pixels each; `row` has two zeros before and behind it.
PV_EVERY_CPU void spreadPhases(const float *row, int64_t width, float *even, float *odd) {
  for (int64_t x = 0; x < width; ++x) {
    const float *at = row + 2 * x;
    even[x] = 0.25f * (at[-2] + at[1]) + 0.75f * (at[-1] + at[0]);
    odd[x] = 0.25f * (at[-1] + at[2]) + 0.75f * (at[0] + at[1]);
  }
}

/// [N,4C,H+1,W+1] to [N,C,2H,2W]: y[n] = (x[n - 1] + 3 x[n] + 3 x[n + 1] + x[n + 2]) / 4 along both
/// axes of the image whose pixel (2 i + p, 2 j + q) is pixel (i, j) of channel 4 c + 2 p + q.
at::Tensor smoothed(const at::Tensor &phases) {
  const at::Tensor x = plain(phases);
  TORCH_CHECK(x.size(1) % 4 == 0, "smoothing: ", x.size(1),
              " channels, wanted four phases of each");
  const int64_t tall = x.size(2), wide = x.size(3), height = 2 * (tall - 1), width = wide - 1;
  const int64_t channels = x.size(1) / 4;
  const at::Tensor out = at::empty({x.size(0), channels, height, 2 * width}, at::kFloat);
  const float *from = x.data_ptr<float>();
  float *to = out.data_ptr<float>();
  // A line of even pixels, one of odd ones with a zero before it, and zeros: a row outside.
  forPlanes(x.size(0) * channels, 3 * wide + 1, [&](int64_t plane, float *scratch) {
    float *even = scratch, *odd = scratch + wide + 1;
    const float *zeros = odd + wide;
    const float *in = from + plane * 4 * tall * wide;
    const auto row = [&](int64_t y, int64_t phase) {
      return y < 0 ? zeros : in + ((y % 2 * 2 + phase) * tall + y / 2) * wide;
    };
    for (int64_t y = 0; y < height; ++y) {
      const auto blend = [&](int64_t phase, float *line) {
        smoothRows(row(y - 1, phase), row(y, phase), row(y + 1, phase), row(y + 2, phase), wide,
                   line);
      };
      blend(0, even);
      blend(1, odd);
      smoothPhases(even, odd, width, to + (plane * height + y) * 2 * width);
    }
  });
  return out;
}

/// The adjoint of `smoothed`.
at::Tensor spread(const at::Tensor &image) {
  const at::Tensor x = plain(image);
  const int64_t height = x.size(2), width = x.size(3);
  const int64_t tall = height / 2 + 1, wide = width / 2 + 1;
  const at::Tensor out = at::empty({x.size(0), 4 * x.size(1), tall, wide}, at::kFloat);
  const float *from = x.data_ptr<float>();
  float *to = out.data_ptr<float>();
  // A line with two zeros before and behind it, and zeros: a row outside.
  forPlanes(x.size(0) * x.size(1), 2 * width + 4, [&](int64_t plane, float *scratch) {
    float *line = scratch + 2;
    const float *zeros = scratch + width + 4;
    const auto row = [&](int64_t y) {
      return y < 0 || y >= height ? zeros : from + (plane * height + y) * width;
    };
    for (int64_t y = 0; y < 2 * tall; ++y) {
      smoothRows(row(y - 2), row(y - 1), row(y), row(y + 1), width, line);
      float *even = to + ((plane * 4 + y % 2 * 2) * tall + y / 2) * wide;
      spreadPhases(line, wide, even, even + tall * wide);
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

/// Smoothing of four phases, or with `adjoint` its adjoint.
class SmoothFunction : public torch::autograd::Function<SmoothFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, bool adjoint) {
    context->saved_data["adjoint"] = adjoint;
    return adjoint ? spread(x) : smoothed(x);
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

pv_tensor *pv_tensor_smooth_phases(const pv_tensor *x) {
  return made([&] { return SmoothFunction::apply(x->value, false); });
}
