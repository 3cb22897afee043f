// The fused renderer behind the wall.
#include "guard.h"

#include "fused_renderer.h"
#include "volume/volume_renderer.h"

using namespace pv;

static at::Tensor value(const pv_tensor *tensor) { return tensor ? tensor->value : at::Tensor(); }

static RadianceField unwrapped(const pv_field *field) {
  return {field->planes->value, field->w0->value, field->b0->value,
          field->w1->value,     field->b1->value, {field->orthogonal, field->bounded}};
}

int pv_render(const pv_field *field, const pv_tensor *origins, const pv_tensor *directions,
              const pv_sampling *sampling, pv_rendered *out) {
  return done([&] {
    const RenderedRays rays =
        renderFused(unwrapped(field), origins->value, directions->value,
                    {sampling->near_depth, sampling->far_depth, sampling->box, sampling->coarse,
                     sampling->fine, sampling->white_back, sampling->draw_jitter, sampling->seed,
                     value(sampling->depths), value(sampling->jitter), value(sampling->u)});
    *out = {new pv_tensor{rays.features}, new pv_tensor{rays.depth}, new pv_tensor{rays.opacity},
            new pv_tensor{rays.surface}};
  });
}

int pv_query(const pv_field *field, const pv_tensor *points, double box, pv_tensor **sigma,
             pv_tensor **colors) {
  return done([&] {
    const QueriedPoints queried =
        queryFused(unwrapped(field), points->value, box, colors != nullptr);
    *sigma = new pv_tensor{queried.sigma};
    if (colors)
      *colors = new pv_tensor{queried.colors};
  });
}

int pv_instruction_set(void) { return int(volume::instructionSet()); }

int pv_use_instruction_set(int level) {
  const int clamped = level < 0 ? 0 : level > 2 ? 2 : level;
  return int(volume::setInstructionSet(static_cast<volume::InstructionSet>(clamped)));
}
