// What follows the products of a styled convolution, in one pass with a hand-written gradient:
// y = clamp(lrelu(x d + noise + bias) gain).
#include "guard.h"

#include "image_planes.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>

using namespace pv;

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Numbers that a whole layer shares.
struct Shape {
  float slope, gain, clamp;
};

PV_EVERY_CPU void finishPlane(const float *x, const float *noise, float factor, float bias,
                              const Shape &shape, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i) {
    float t = x[i] * factor + bias;
    if (noise)
      t += noise[i];
    t = (t > 0 ? t : t * shape.slope) * shape.gain;
    t = t > shape.clamp ? shape.clamp : t;
    y[i] = t < -shape.clamp ? -shape.clamp : t;
  }
}

/// The gradient of the sum before the rectifier goes to `inner`; gives its sum and its products
/// with x.
PV_EVERY_CPU void gradientPlane(const float *gradient, const float *x, const float *y,
                                const Shape &shape, int64_t count, float *inner, float sums[2]) {
  constexpr int lanes = 16;
  float sum[lanes] = {}, product[lanes] = {};
  const float low = shape.slope * shape.gain;
  int64_t i = 0;
  const auto slope = [&](float value) {
    const float factor = value > 0 ? shape.gain : low;
    return std::fabs(value) < shape.clamp ? factor : 0.0f;
  };
  for (; i + lanes <= count; i += lanes)
    for (int lane = 0; lane < lanes; ++lane) {
      const float g = gradient[i + lane] * slope(y[i + lane]);
      inner[i + lane] = g;
      sum[lane] += g;
      product[lane] += g * x[i + lane];
    }
  for (; i < count; ++i) {
    const float g = gradient[i] * slope(y[i]);
    inner[i] = g;
    sum[0] += g;
    product[0] += g * x[i];
  }
  sums[0] = sums[1] = 0;
  for (int lane = 0; lane < lanes; ++lane) {
    sums[0] += sum[lane];
    sums[1] += product[lane];
  }
}

PV_EVERY_CPU void scalePlane(float *values, float factor, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    values[i] *= factor;
}

const float *floats(const at::Tensor &x) { return x.defined() ? x.data_ptr<float>() : nullptr; }

/// The gradients by operations that have gradients themselves.
variable_list composed(const at::Tensor &gradient, const variable_list &saved, const Shape &shape) {
  const at::Tensor &x = saved[0], &d = saved[1], y = saved[2].detach();
  const at::Tensor slope = at::where(y > 0, shape.gain, shape.gain * shape.slope);
  const at::Tensor inner = gradient * (slope * (y.abs() < shape.clamp)).to(at::kFloat);
  return {inner * d.view({d.size(0), d.size(1), 1, 1}),
          (inner * x).sum({2, 3}),
          inner.sum(at::IntArrayRef({0, 1})),
          inner.sum({0, 2, 3}),
          at::Tensor(),
          at::Tensor(),
          at::Tensor()};
}

class EndingFunction : public torch::autograd::Function<EndingFunction> {
public:
  static at::Tensor forward(AutogradContext *context, const at::Tensor &image,
                            const at::Tensor &factors, const c10::optional<at::Tensor> &noise,
                            const at::Tensor &bias, double slope, double gain, double clamp) {
    const at::Tensor x = image.detach().contiguous();
    const at::Tensor d = factors.detach().contiguous(), b = bias.detach().contiguous();
    const at::Tensor n = noise ? noise->detach().contiguous() : at::Tensor();
    const int64_t channels = x.size(1), count = x.size(2) * x.size(3);
    const Shape shape{float(slope), float(gain), float(clamp)};
    const at::Tensor y = at::empty_like(x);
    float *to = y.data_ptr<float>();
    forPlanes(x.size(0) * channels, 0, [&](int64_t plane, float *) {
      finishPlane(floats(x) + plane * count, floats(n), floats(d)[plane],
                  floats(b)[plane % channels], shape, count, to + plane * count);
    });
    context->save_for_backward({image, factors, y});
    context->saved_data["shape"] = c10::List<double>({slope, gain, clamp});
    context->saved_data["noise"] = noise && noise->requires_grad();
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto numbers = context->saved_data["shape"].toDoubleVector();
    const Shape shape{float(numbers[0]), float(numbers[1]), float(numbers[2])};
    const bool noisy = context->saved_data["noise"].toBool() && context->needs_input_grad(2);
    if (at::GradMode::is_enabled())
      return composed(gradients[0], saved, shape);
    const at::Tensor x = saved[0].contiguous(), d = saved[1].contiguous(), &y = saved[2];
    const int64_t batch = x.size(0), channels = x.size(1), count = x.size(2) * x.size(3);
    const at::Tensor g = gradients[0].contiguous(), inner = at::empty_like(x);
    const at::Tensor sums = at::empty({batch * channels, 2}, x.options());
    float *to = inner.data_ptr<float>(), *both = sums.data_ptr<float>();
    forPlanes(batch * channels, 0, [&](int64_t plane, float *) {
      const int64_t start = plane * count;
      gradientPlane(floats(g) + start, floats(x) + start, floats(y) + start, shape, count,
                    to + start, both + 2 * plane);
      if (!noisy)
        scalePlane(to + start, floats(d)[plane], count);
    });
    const at::Tensor table = sums.view({batch, channels, 2});
    const at::Tensor noise = noisy ? inner.sum(at::IntArrayRef({0, 1})) : at::Tensor();
    const at::Tensor ofX = noisy ? inner * d.view({batch, channels, 1, 1}) : inner;
    return {ofX,          table.select(2, 1), noise,       table.select(2, 0).sum(0),
            at::Tensor(), at::Tensor(),       at::Tensor()};
  }
};

} // namespace

pv_tensor *pv_tensor_finish(const pv_tensor *x, const pv_ending *ending) {
  return made([&] {
    const at::Tensor &image = x->value, &d = ending->factors->value, &b = ending->bias->value;
    TORCH_CHECK(image.dim() == 4 && image.device().is_cpu() && image.scalar_type() == at::kFloat,
                "ending: an image is of shape ", image.sizes(), " on ", image.device(),
                ", wanted four dimensions of floats on the CPU");
    TORCH_CHECK(d.dim() == 2 && d.size(0) == image.size(0) && d.size(1) == image.size(1) &&
                    b.dim() == 1 && b.size(0) == image.size(1),
                "ending: factors of shape ", d.sizes(), " and biases of shape ", b.sizes(),
                " for an image of shape ", image.sizes());
    c10::optional<at::Tensor> noise;
    if (ending->noise)
      noise = ending->noise->value;
    TORCH_CHECK(!noise || (noise->dim() == 2 && noise->size(0) == image.size(2) &&
                           noise->size(1) == image.size(3)),
                "ending: noise of shape ", noise->sizes(), " for an image of shape ",
                image.sizes());
    return EndingFunction::apply(image, d, noise, b, ending->slope, ending->gain, ending->clamp);
  });
}
