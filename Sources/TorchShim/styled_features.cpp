// What precedes the products of a styled convolution: features times their styles, and features
// read out into a few channels. Each gradient is one pass over the features.
#include "guard.h"

#include "image_planes.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

using namespace pv;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Most channels that are read out at once.
constexpr int64_t kOutputs = 4;
/// Pixels of all channels that stay in the cache.
constexpr int64_t kPixels = 1024;

PV_EVERY_CPU void scaleTo(const float *x, float factor, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = x[i] * factor;
}

PV_EVERY_CPU void addScaled(const float *x, float factor, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] += x[i] * factor;
}

/// Σ a b.
PV_EVERY_CPU float product(const float *a, const float *b, int64_t count) {
  constexpr int lanes = 16;
  float sums[lanes] = {};
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (int lane = 0; lane < lanes; ++lane)
      sums[lane] += a[i + lane] * b[i + lane];
  float sum = 0;
  for (; i < count; ++i)
    sum += a[i] * b[i];
  for (int lane = 0; lane < lanes; ++lane)
    sum += sums[lane];
  return sum;
}

/// y = x factor and the sum of x with `other`, in one pass.
PV_EVERY_CPU float scaleAndMultiply(const float *x, float factor, const float *other, int64_t count,
                                    float *y) {
  constexpr int lanes = 16;
  float sums[lanes] = {};
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (int lane = 0; lane < lanes; ++lane) {
      y[i + lane] = x[i + lane] * factor;
      sums[lane] += x[i + lane] * other[i + lane];
    }
  float sum = 0;
  for (; i < count; ++i) {
    y[i] = x[i] * factor;
    sum += x[i] * other[i];
  }
  for (int lane = 0; lane < lanes; ++lane)
    sum += sums[lane];
  return sum;
}

at::Tensor plain(const at::Tensor &x) { return x.detach().contiguous(); }

void check(const at::Tensor &x) {
  TORCH_CHECK(x.dim() == 4 && x.device().is_cpu() && x.scalar_type() == at::kFloat,
              "features are of shape ", x.sizes(), " on ", x.device(),
              ", wanted four dimensions of floats on the CPU");
}

/// x [N,C,H,W] times s [N,C].
class StyleFunction : public torch::autograd::Function<StyleFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &features,
                            const at::Tensor &style) {
    const at::Tensor x = plain(features), s = plain(style), y = at::empty_like(x);
    const int64_t count = x.size(2) * x.size(3);
    const float *from = x.data_ptr<float>(), *factors = s.data_ptr<float>();
    float *to = y.data_ptr<float>();
    forPlanes(s.numel(), 0, [&](int64_t plane, float *) {
      scaleTo(from + plane * count, factors[plane], count, to + plane * count);
    });
    context->save_for_backward({features, style});
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gradient = gradients[0], &features = saved[0], &style = saved[1];
    if (at::GradMode::is_enabled())
      return {gradient * style.view({style.size(0), style.size(1), 1, 1}),
              (gradient * features).sum({2, 3})};
    const at::Tensor g = plain(gradient), x = plain(features), s = plain(style);
    const at::Tensor ofX = at::empty_like(x), ofStyle = at::empty_like(s);
    const int64_t count = x.size(2) * x.size(3);
    const float *from = g.data_ptr<float>(), *values = x.data_ptr<float>();
    const float *factors = s.data_ptr<float>();
    float *to = ofX.data_ptr<float>(), *sums = ofStyle.data_ptr<float>();
    forPlanes(s.numel(), 0, [&](int64_t plane, float *) {
      const int64_t start = plane * count;
      sums[plane] =
          scaleAndMultiply(from + start, factors[plane], values + start, count, to + start);
    });
    return {ofX, ofStyle};
  }
};

/// y[n, o] = Σ_c m[n, o, c] x[n, c] for every pixel.
class ReadOutFunction : public torch::autograd::Function<ReadOutFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &features,
                            const at::Tensor &matrices) {
    const at::Tensor x = plain(features), m = plain(matrices);
    const int64_t channels = x.size(1), outputs = m.size(1), count = x.size(2) * x.size(3);
    const at::Tensor y = at::zeros({x.size(0), outputs, x.size(2), x.size(3)}, x.options());
    const float *from = x.data_ptr<float>(), *matrix = m.data_ptr<float>();
    float *to = y.data_ptr<float>();
    const int64_t parts = (count + kPixels - 1) / kPixels;
    forPlanes(x.size(0) * parts, 0, [&](int64_t part, float *) {
      const int64_t n = part / parts, start = part % parts * kPixels;
      const int64_t length = std::min(kPixels, count - start);
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t o = 0; o < outputs; ++o)
          addScaled(from + (n * channels + c) * count + start,
                    matrix[(n * outputs + o) * channels + c], length,
                    to + (n * outputs + o) * count + start);
    });
    context->save_for_backward({features, matrices});
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &gradient = gradients[0], &features = saved[0], &matrices = saved[1];
    if (at::GradMode::is_enabled()) {
      const at::Tensor g = gradient.flatten(2), x = features.flatten(2);
      return {at::bmm(matrices.transpose(1, 2), g).view(features.sizes()),
              at::bmm(g, x.transpose(1, 2))};
    }
    const at::Tensor g = plain(gradient), x = plain(features), m = plain(matrices);
    const at::Tensor ofX = at::zeros_like(x), ofMatrices = at::empty_like(m);
    const int64_t channels = x.size(1), outputs = m.size(1), count = x.size(2) * x.size(3);
    const float *from = g.data_ptr<float>(), *values = x.data_ptr<float>();
    const float *matrix = m.data_ptr<float>();
    float *to = ofX.data_ptr<float>(), *sums = ofMatrices.data_ptr<float>();
    forPlanes(x.size(0) * channels, 0, [&](int64_t plane, float *) {
      const int64_t n = plane / channels, c = plane % channels;
      for (int64_t o = 0; o < outputs; ++o)
        sums[(n * outputs + o) * channels + c] = 0;
      for (int64_t start = 0; start < count; start += kPixels) {
        const int64_t length = std::min(kPixels, count - start);
        for (int64_t o = 0; o < outputs; ++o) {
          const int64_t place = (n * outputs + o) * channels + c;
          const float *in = from + (n * outputs + o) * count + start;
          sums[place] += product(in, values + plane * count + start, length);
          addScaled(in, matrix[place], length, to + plane * count + start);
        }
      }
    });
    return {ofX, ofMatrices};
  }
};

} // namespace

pv_tensor *pv_tensor_style(const pv_tensor *x, const pv_tensor *style) {
  return made([&] {
    const at::Tensor &image = x->value, &s = style->value;
    check(image);
    TORCH_CHECK(s.dim() == 2 && s.size(0) == image.size(0) && s.size(1) == image.size(1),
                "styles of shape ", s.sizes(), " for features of shape ", image.sizes());
    return StyleFunction::apply(image, s);
  });
}

pv_tensor *pv_tensor_read_out(const pv_tensor *x, const pv_tensor *matrices) {
  return made([&] {
    const at::Tensor &image = x->value, &m = matrices->value;
    check(image);
    TORCH_CHECK(m.dim() == 3 && m.size(0) == image.size(0) && m.size(1) <= kOutputs &&
                    m.size(2) == image.size(1),
                "matrices of shape ", m.sizes(), " for features of shape ", image.sizes(),
                ", wanted one for each image and at most ", kOutputs, " outputs");
    return ReadOutFunction::apply(image, m);
  });
}
