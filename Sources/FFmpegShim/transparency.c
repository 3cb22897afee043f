#include "internal.h"
#include <libavutil/pixdesc.h>

bool pvff_may_be_transparent(enum AVPixelFormat format) {
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(format);
  return about && about->flags & AV_PIX_FMT_FLAG_ALPHA;
}

/// Whether any pixel is seen; some writers leave the fourth byte of all of them 0, and mean
/// nothing.
static bool shows_anything(const AVFrame *rgba) {
  for (int y = 0; y < rgba->height; y++) {
    const uint8_t *from = rgba->data[0] + (ptrdiff_t)y * rgba->linesize[0];
    for (int x = 0; x < rgba->width; x++)
      if (from[4 * x + 3])
        return true;
  }
  return false;
}

void pvff_flatten(const AVFrame *rgba, AVFrame *rgb) {
  bool is_transparent = shows_anything(rgba);
  for (int y = 0; y < rgba->height; y++) {
    const uint8_t *from = rgba->data[0] + (ptrdiff_t)y * rgba->linesize[0];
    uint8_t *to = rgb->data[0] + (ptrdiff_t)y * rgb->linesize[0];
    for (int x = 0; x < rgba->width; x++, from += 4) {
      unsigned seen = is_transparent ? from[3] : 255;
      for (int channel = 0; channel < 3; channel++)
        *to++ = (uint8_t)((from[channel] * seen + 255 * (255 - seen) + 127) / 255);
    }
  }
}
