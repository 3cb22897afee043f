#include "internal.h"
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

static pvff_orientation orientation_from_matrix(const int32_t *matrix) {
  // A point (p, q) is shown at (a p + c q, b p + d q), with y downward.
  int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
  if (llabs(a) + llabs(d) >= llabs(b) + llabs(c))
    return (pvff_orientation){false, a < 0, d < 0};
  return (pvff_orientation){true, c < 0, b < 0};
}

void pvff_find_orientation(const AVStream *stream, const AVFrame *frame,
                           pvff_orientation *orientation) {
  const AVFrameSideData *ofFrame = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  const uint8_t *matrix =
      ofFrame ? ofFrame->data : av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, NULL);
  if (matrix)
    *orientation = orientation_from_matrix((const int32_t *)matrix);
}

void pvff_copy_upright(const AVFrame *rgb, pvff_orientation orientation, uint8_t *pixels) {
  int width = rgb->width, height = rgb->height;
  if (!orientation.transposed && !orientation.mirrored && !orientation.flipped) {
    av_image_copy_plane(pixels, 3 * width, rgb->data[0], rgb->linesize[0], 3 * width, height);
    return;
  }
  int shown_width = orientation.transposed ? height : width;
  int shown_height = orientation.transposed ? width : height;
  for (int y = 0; y < shown_height; y++) {
    for (int x = 0; x < shown_width; x++, pixels += 3) {
      int column = orientation.mirrored ? shown_width - 1 - x : x;
      int row = orientation.flipped ? shown_height - 1 - y : y;
      const uint8_t *from = orientation.transposed
                                ? rgb->data[0] + column * rgb->linesize[0] + 3 * row
                                : rgb->data[0] + row * rgb->linesize[0] + 3 * column;
      memcpy(pixels, from, 3);
    }
  }
}

enum AVColorSpace pvff_default_matrix(int height) {
  return height < 720 ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709;
}

/// swscale's number for a matrix; what no tag says is taken from the size.
static int scaler_matrix(enum AVColorSpace space, int height, bool is_full_jpeg) {
  switch (space) {
  case AVCOL_SPC_BT709:
    return SWS_CS_ITU709;
  case AVCOL_SPC_FCC:
    return SWS_CS_FCC;
  case AVCOL_SPC_BT470BG:
  case AVCOL_SPC_SMPTE170M:
    return SWS_CS_ITU601;
  case AVCOL_SPC_SMPTE240M:
    return SWS_CS_SMPTE240M;
  case AVCOL_SPC_BT2020_NCL:
  case AVCOL_SPC_BT2020_CL:
    return SWS_CS_BT2020;
  default:
    if (is_full_jpeg)
      return SWS_CS_ITU601;
    return pvff_default_matrix(height) == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_ITU601;
  }
}

/// The format without the range that the `yuvj` names carry.
static enum AVPixelFormat plain_format(enum AVPixelFormat format) {
  switch (format) {
  case AV_PIX_FMT_YUVJ420P:
    return AV_PIX_FMT_YUV420P;
  case AV_PIX_FMT_YUVJ411P:
    return AV_PIX_FMT_YUV411P;
  case AV_PIX_FMT_YUVJ422P:
    return AV_PIX_FMT_YUV422P;
  case AV_PIX_FMT_YUVJ440P:
    return AV_PIX_FMT_YUV440P;
  case AV_PIX_FMT_YUVJ444P:
    return AV_PIX_FMT_YUV444P;
  default:
    return format;
  }
}

static bool is_full_range(const AVFrame *frame, enum AVCodecID codec) {
  enum AVPixelFormat format = frame->format;
  if (plain_format(format) != format || frame->color_range == AVCOL_RANGE_JPEG)
    return true;
  if (frame->color_range == AVCOL_RANGE_MPEG)
    return false;
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(format);
  bool is_gray = about->nb_components <= 2 && !(about->flags & AV_PIX_FMT_FLAG_PAL);
  return is_gray && codec != AV_CODEC_ID_H264 && codec != AV_CODEC_ID_HEVC &&
         codec != AV_CODEC_ID_VP9 && codec != AV_CODEC_ID_AV1;
}

/// Where chroma lies between luma samples, in 1/256 of one, as swscale's option wants it.
static int chroma_place(enum AVChromaLocation location, int axis) {
  bool is_centered_across = location == AVCHROMA_LOC_CENTER || location == AVCHROMA_LOC_TOP ||
                            location == AVCHROMA_LOC_BOTTOM;
  bool is_top = location == AVCHROMA_LOC_TOP || location == AVCHROMA_LOC_TOPLEFT;
  bool is_bottom = location == AVCHROMA_LOC_BOTTOM || location == AVCHROMA_LOC_BOTTOMLEFT;
  if (axis == 0)
    return is_centered_across ? 128 : 0;
  return is_top ? 0 : is_bottom ? 256 : 128;
}

static void place_chroma(struct SwsContext *scaler, enum AVPixelFormat format,
                         enum AVChromaLocation location, const char *across, const char *down) {
  const AVPixFmtDescriptor *about = av_pix_fmt_desc_get(format);
  if (about->flags & AV_PIX_FMT_FLAG_RGB)
    return;
  if (about->log2_chroma_w == 1)
    av_opt_set_int(scaler, across, chroma_place(location, 0), 0);
  if (about->log2_chroma_h == 1)
    av_opt_set_int(scaler, down, chroma_place(location, 1), 0);
}

/// A scaler between the formats and sizes of two frames; one of them is RGB.
static struct SwsContext *make_scaler(const AVFrame *from, const AVFrame *to, int matrix,
                                      bool is_full, enum AVChromaLocation location) {
  struct SwsContext *scaler = sws_alloc_context();
  if (!scaler)
    return NULL;
  enum AVPixelFormat source = plain_format(from->format), target = plain_format(to->format);
  av_opt_set_int(scaler, "srcw", from->width, 0);
  av_opt_set_int(scaler, "srch", from->height, 0);
  av_opt_set_int(scaler, "src_format", source, 0);
  av_opt_set_int(scaler, "dstw", to->width, 0);
  av_opt_set_int(scaler, "dsth", to->height, 0);
  av_opt_set_int(scaler, "dst_format", target, 0);
  av_opt_set_int(
      scaler, "sws_flags",
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT, 0);
  place_chroma(scaler, source, location, "src_h_chr_pos", "src_v_chr_pos");
  place_chroma(scaler, target, location, "dst_h_chr_pos", "dst_v_chr_pos");
  const int *table = sws_getCoefficients(matrix);
  sws_setColorspaceDetails(scaler, table, is_full, table, is_full, 0, 1 << 16, 1 << 16);
  if (sws_init_context(scaler, NULL, NULL) < 0) {
    sws_freeContext(scaler);
    return NULL;
  }
  return scaler;
}

/// Keeps a picture of one format and size, padded so that vector code may run past a row.
static int hold(AVFrame **held, enum AVPixelFormat format, int width, int height) {
  AVFrame *frame = *held;
  if (frame && frame->width == width && frame->height == height)
    return 0;
  av_frame_free(held);
  if (!(frame = *held = av_frame_alloc()))
    return AVERROR(ENOMEM);
  frame->format = format;
  frame->width = width;
  frame->height = height;
  return av_frame_get_buffer(frame, 64);
}

/// Keeps the scaler while what it depends on stays the same.
static int hold_scaler(pvff_converter *converter, const AVFrame *from, const AVFrame *to,
                       const AVFrame *color, bool is_full) {
  enum AVChromaLocation location = color->chroma_location;
  bool is_jpeg = is_full && plain_format(color->format) != (enum AVPixelFormat)color->format;
  if (location == AVCHROMA_LOC_UNSPECIFIED)
    location = is_jpeg ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT;
  int matrix = scaler_matrix(color->colorspace, color->height, is_jpeg);
  const int source[6] = {color->width, color->height, color->format, matrix, is_full, location};
  if (converter->scaler && !memcmp(source, converter->source, sizeof source))
    return 0;
  sws_freeContext(converter->scaler);
  converter->scaler = make_scaler(from, to, matrix, is_full, location);
  memcpy(converter->source, source, sizeof source);
  return converter->scaler ? 0 : AVERROR(EINVAL);
}

static int scale(struct SwsContext *scaler, const AVFrame *from, AVFrame *to) {
  int lines = sws_scale(scaler, (const uint8_t *const *)from->data, from->linesize, 0, from->height,
                        to->data, to->linesize);
  return lines < 0 ? lines : 0;
}

int pvff_converter_read(pvff_converter *converter, const AVFrame *frame, enum AVCodecID codec,
                        int width, int height) {
  bool is_transparent = pvff_may_be_transparent(frame->format);
  int code = hold(&converter->rgb, AV_PIX_FMT_RGB24, width, height);
  if (code >= 0 && is_transparent)
    code = hold(&converter->rgba, AV_PIX_FMT_RGBA, width, height);
  if (code < 0)
    return code;
  AVFrame *to = is_transparent ? converter->rgba : converter->rgb;
  if ((code = hold_scaler(converter, frame, to, frame, is_full_range(frame, codec))) < 0 ||
      (code = scale(converter->scaler, frame, to)) < 0)
    return code;
  if (is_transparent)
    pvff_flatten(to, converter->rgb);
  return 0;
}

int pvff_converter_write(pvff_converter *converter, const uint8_t *pixels, AVFrame *frame) {
  int code = hold(&converter->rgb, AV_PIX_FMT_RGB24, frame->width, frame->height);
  if (code < 0)
    return code;
  AVFrame *rgb = converter->rgb;
  av_image_copy_plane(rgb->data[0], rgb->linesize[0], pixels, 3 * frame->width, 3 * frame->width,
                      frame->height);
  bool is_full = frame->color_range == AVCOL_RANGE_JPEG;
  if ((code = hold_scaler(converter, rgb, frame, frame, is_full)) < 0)
    return code;
  return scale(converter->scaler, rgb, frame);
}

void pvff_converter_close(pvff_converter *converter) {
  sws_freeContext(converter->scaler);
  converter->scaler = NULL;
  av_frame_free(&converter->rgb);
  av_frame_free(&converter->rgba);
}
