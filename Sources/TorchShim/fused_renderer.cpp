#include "fused_renderer.h"

#include "volume/volume_renderer.h"
#include "worker_threads.h"

#include <limits>
#include <torch/csrc/autograd/custom_function.h>

namespace pv {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const float *read(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

float *write(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

/// A float tensor without gaps, as the kernel reads it; undefined stays undefined.
at::Tensor plain(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.detach().to(at::kFloat).contiguous() : tensor;
}

void expect(const char *name, const at::Tensor &tensor, at::IntArrayRef shape) {
  TORCH_CHECK(tensor.defined(), "fused renderer: ", name, " is missing");
  TORCH_CHECK(tensor.device().is_cpu(), "fused renderer: ", name, " is on ", tensor.device(),
              ", wanted on the CPU");
  TORCH_CHECK(tensor.sizes() == shape, "fused renderer: ", name, " is of shape ", tensor.sizes(),
              ", wanted ", shape);
}

/// The kernel's gradients are plain numbers: a graph over them would silently lack its second half.
void refuseSecondDerivatives() {
  TORCH_CHECK(!at::GradMode::is_enabled(),
              "fused renderer: second derivatives asked for, wanted only first ones (the unfused "
              "path has both)");
}

/// The tensors of a field as the kernel takes them; saved as they are for the backward pass.
struct PackedField {
  volume::FieldShape shape;
  at::Tensor planes, w0, b0, w1, b1;

  volume::Field field() const {
    return {shape, read(planes), {read(w0), read(b0), read(w1), read(b1)}};
  }
};

PackedField pack(const at::Tensor &planes, const at::Tensor &w0, const at::Tensor &b0,
                 const at::Tensor &w1, const at::Tensor &b1, FieldSpace space) {
  TORCH_CHECK(planes.dim() == 5 && w0.dim() == 2 && w1.dim() == 2 && w1.size(0) > 0,
              "fused renderer: planes, w0 and w1 have ", planes.dim(), ", ", w0.dim(), " and ",
              w1.dim(), " dimensions, wanted 5, 2 and 2");
  const int64_t C = planes.size(2), P = planes.size(3), H = w0.size(0), outputs = w1.size(0);
  expect("planes", planes, {planes.size(0), 3, C, P, P});
  expect("w0", w0, {H, C});
  expect("b0", b0, {H});
  expect("w1", w1, {outputs, H});
  expect("b1", b1, {outputs});
  const volume::FieldShape shape{int(C),           int(P),           int(H),
                                 int(outputs - 1), space.orthogonal, space.bounded};
  const at::Tensor packed =
      at::empty({planes.size(0), shape.frameFloats()}, at::TensorOptions(at::kFloat));
  // Planes drawn one pixel after the other are read as they are.
  const at::Tensor texels = planes.detach().permute({0, 3, 4, 1, 2});
  const bool last = planes.scalar_type() == at::kFloat && texels.is_contiguous();
  volume::packPlanes(shape, planes.size(0), read(last ? texels : plain(planes)), last,
                     write(packed), workerThreads());
  return {shape, packed, plain(w0), plain(b0), plain(w1), plain(b1)};
}

/// Gradient tensors of a field for those of its first five inputs that ask for them.
struct FieldGradientTensors {
  at::Tensor planes, w0, b0, w1, b1;

  FieldGradientTensors(const AutogradContext &context, const PackedField &field) {
    const volume::FieldShape &shape = field.shape;
    if (context.needs_input_grad(0))
      planes =
          at::empty({field.planes.size(0), 3, shape.channels, shape.resolution, shape.resolution},
                    at::TensorOptions(at::kFloat));
    if (context.needs_input_grad(1) || context.needs_input_grad(2)) {
      w0 = at::empty_like(field.w0);
      b0 = at::empty_like(field.b0);
    }
    if (context.needs_input_grad(3) || context.needs_input_grad(4)) {
      w1 = at::empty_like(field.w1);
      b1 = at::empty_like(field.b1);
    }
  }

  volume::FieldGradients pointers() const {
    return {write(planes), write(w0), write(b0), write(w1), write(b1)};
  }
};

volume::FieldShape shapeOf(const std::vector<int64_t> &sizes) {
  return {int(sizes[0]), int(sizes[1]), int(sizes[2]), int(sizes[3]), sizes[4] != 0, sizes[5] != 0};
}

std::vector<int64_t> sizesOf(const volume::FieldShape &shape) {
  return {shape.channels, shape.resolution, shape.hidden,
          shape.colors,   shape.orthogonal, shape.bounded};
}

volume::Rays raysOf(const Sampling &sampling, const at::Tensor &origins,
                    const at::Tensor &directions) {
  return {origins.size(0),       origins.size(1),       int(sampling.coarse), int(sampling.fine),
          float(sampling.near),  float(sampling.far),   float(sampling.box),  sampling.whiteBack,
          sampling.drawnJitter,  sampling.seed,         read(origins),        read(directions),
          read(sampling.depths), read(sampling.jitter), read(sampling.u)};
}

class RenderFunction : public torch::autograd::Function<RenderFunction> {
public:
  static variable_list forward(AutogradContext *context, const at::Tensor &planes,
                               const at::Tensor &w0, const at::Tensor &b0, const at::Tensor &w1,
                               const at::Tensor &b1, const at::Tensor &origins,
                               const at::Tensor &directions, const Sampling &sampling,
                               FieldSpace space) {
    const PackedField field = pack(planes, w0, b0, w1, b1, space);
    const at::Tensor o = plain(origins), d = plain(directions);
    const int64_t frames = o.size(0), count = o.size(1);
    const at::Tensor features = at::empty({frames, count, field.shape.colors}, o.options());
    const at::Tensor depth = at::empty({frames, count}, o.options());
    const at::Tensor weight = at::empty_like(depth), lastMid = at::empty_like(depth);
    const at::Tensor range = at::empty({2}, o.options());
    volume::render(field.field(), raysOf(sampling, o, d),
                   {write(features), write(depth), write(weight), write(lastMid), write(range)},
                   workerThreads());

    context->save_for_backward({field.planes, field.w0, field.b0, field.w1, field.b1, o, d,
                                sampling.depths, sampling.jitter, sampling.u});
    context->saved_data["field"] = sizesOf(field.shape);
    context->saved_data["counts"] =
        std::vector<int64_t>{sampling.coarse, sampling.fine, sampling.whiteBack,
                             sampling.drawnJitter, int64_t(sampling.seed)};
    context->saved_data["lengths"] = std::vector<double>{sampling.near, sampling.far, sampling.box};
    context->mark_non_differentiable({lastMid, range});
    context->set_materialize_grads(false);
    return {features, depth, weight, lastMid, range};
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    refuseSecondDerivatives();
    const variable_list saved = context->get_saved_variables();
    const PackedField field{shapeOf(context->saved_data["field"].toIntVector()),
                            saved[0],
                            saved[1],
                            saved[2],
                            saved[3],
                            saved[4]};
    const std::vector<int64_t> counts = context->saved_data["counts"].toIntVector();
    const std::vector<double> lengths = context->saved_data["lengths"].toDoubleVector();
    const Sampling sampling{lengths[0], lengths[1],     lengths[2],     counts[0],
                            counts[1],  counts[2] != 0, counts[3] != 0, uint64_t(counts[4]),
                            saved[7],   saved[8],       saved[9]};
    const FieldGradientTensors gradients(*context, field);
    const at::Tensor &origins = saved[5], &directions = saved[6];
    at::Tensor toOrigins, toDirections;
    if (context->needs_input_grad(5))
      toOrigins = at::empty_like(origins);
    if (context->needs_input_grad(6))
      toDirections = at::empty_like(directions);
    const at::Tensor features = plain(outputs[0]), depth = plain(outputs[1]),
                     weight = plain(outputs[2]);
    volume::renderBackward(
        field.field(), raysOf(sampling, origins, directions),
        {read(features), read(depth), read(weight), write(toOrigins), write(toDirections)},
        gradients.pointers(), workerThreads());
    return {gradients.planes, gradients.w0, gradients.b0, gradients.w1, gradients.b1,
            toOrigins,        toDirections, at::Tensor(), at::Tensor()};
  }
};

class QueryFunction : public torch::autograd::Function<QueryFunction> {
public:
  static variable_list forward(AutogradContext *context, const at::Tensor &planes,
                               const at::Tensor &w0, const at::Tensor &b0, const at::Tensor &w1,
                               const at::Tensor &b1, const at::Tensor &points, double box,
                               bool colors, FieldSpace space) {
    const PackedField field = pack(planes, w0, b0, w1, b1, space);
    const at::Tensor positions = plain(points);
    const int64_t frames = positions.size(0), count = positions.size(1);
    const at::Tensor sigma = at::empty({frames, count, 1}, positions.options());
    at::Tensor color;
    if (colors)
      color = at::empty({frames, count, field.shape.colors}, positions.options());
    volume::query(field.field(), {frames, count, float(box), read(positions)},
                  {write(sigma), write(color)}, workerThreads());
    context->save_for_backward({field.planes, field.w0, field.b0, field.w1, field.b1, positions});
    context->saved_data["field"] = sizesOf(field.shape);
    context->saved_data["box"] = box;
    context->set_materialize_grads(false);
    return colors ? variable_list{sigma, color} : variable_list{sigma};
  }

  static variable_list backward(AutogradContext *context, variable_list outputs) {
    refuseSecondDerivatives();
    const variable_list saved = context->get_saved_variables();
    const PackedField field{shapeOf(context->saved_data["field"].toIntVector()),
                            saved[0],
                            saved[1],
                            saved[2],
                            saved[3],
                            saved[4]};
    const at::Tensor &positions = saved[5];
    const FieldGradientTensors gradients(*context, field);
    at::Tensor toPoints;
    if (context->needs_input_grad(5))
      toPoints = at::empty_like(positions);
    const at::Tensor sigma = plain(outputs[0]),
                     colors = outputs.size() > 1 ? plain(outputs[1]) : at::Tensor();
    volume::queryBackward(field.field(),
                          {positions.size(0), positions.size(1),
                           float(context->saved_data["box"].toDouble()), read(positions)},
                          {read(sigma), read(colors), write(toPoints)}, gradients.pointers(),
                          workerThreads());
    return {gradients.planes, gradients.w0, gradients.b0, gradients.w1, gradients.b1,
            toPoints,         at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

} // namespace

RenderedRays renderFused(const RadianceField &field, const at::Tensor &origins,
                         const at::Tensor &directions, const Sampling &given) {
  const int64_t frames = field.planes.size(0);
  TORCH_CHECK(origins.dim() == 3, "fused renderer: origins have ", origins.dim(),
              " dimensions, wanted 3");
  const int64_t rays = origins.size(1);
  expect("origins", origins, {frames, rays, 3});
  expect("directions", directions, {frames, rays, 3});
  Sampling sampling = given;
  sampling.depths = plain(given.depths);
  sampling.jitter = plain(given.jitter);
  sampling.u = plain(given.u);
  if (sampling.depths.defined()) {
    sampling.coarse = sampling.depths.size(-1);
    sampling.fine = 0;
    expect("depths", sampling.depths, {frames, rays, sampling.coarse});
  }
  TORCH_CHECK(sampling.coarse >= (sampling.fine > 0 ? 4 : 2) && sampling.fine >= 0,
              "fused renderer: ", sampling.coarse, " coarse and ", sampling.fine,
              " fine samples, wanted at least 2, or 4 before a fine pass");
  if (sampling.jitter.defined())
    expect("jitter", sampling.jitter, {frames, rays, sampling.coarse});
  if (sampling.u.defined())
    expect("u", sampling.u, {frames * rays, sampling.fine});

  const variable_list outputs =
      RenderFunction::apply(field.planes, field.w0, field.b0, field.w1, field.b1, origins,
                            directions, sampling, field.space);
  const at::Tensor opacity = outputs[2].unsqueeze(-1), last = outputs[3].unsqueeze(-1),
                   range = outputs[4];
  // An empty ray has no mean depth: it counts as the farthest of all samples.
  const at::Tensor mean = at::where(opacity == 0, range[1], outputs[1].unsqueeze(-1));
  const at::Tensor depth =
      at::clamp(mean, c10::optional<at::Tensor>(range[0]), c10::optional<at::Tensor>(range[1]));
  const at::Tensor surface = mean * opacity + (1 - opacity) * last;
  return {outputs[0], depth, opacity, surface};
}

QueriedPoints queryFused(const RadianceField &field, const at::Tensor &points, double box,
                         bool colors) {
  TORCH_CHECK(points.dim() == 3, "fused renderer: points have ", points.dim(),
              " dimensions, wanted 3");
  expect("points", points, {field.planes.size(0), points.size(1), 3});
  const variable_list outputs = QueryFunction::apply(field.planes, field.w0, field.b0, field.w1,
                                                     field.b1, points, box, colors, field.space);
  return {outputs[0], colors ? outputs[1] : at::Tensor()};
}

} // namespace pv
