#include "internal.h"
#include <libavutil/cpu.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// More frames than an encoder holds back.
enum { remembered = 1024 };

struct pvff_writer {
  AVFormatContext *output;
  AVCodecContext *encoder;
  AVStream *stream;
  AVPacket *packet;
  pvff_converter converter;
  pvff_audio audio;
  pvff_span spans[remembered]; ///< of the latest frames: encoders lose durations
  int64_t frame_count, packet_count, end, frame_ticks;
};

static bool is_named(const char *name, const char *other) { return !strcmp(name, other); }

/// Sets the pixel format and its color, so that a reader finds the matrix and range that were used.
static void set_color(AVCodecContext *encoder, const char *codec) {
  bool is_odd = encoder->width % 2 || encoder->height % 2;
  encoder->color_primaries = AVCOL_PRI_BT709;
  encoder->color_trc = AVCOL_TRC_BT709;
  encoder->color_range = AVCOL_RANGE_JPEG;
  encoder->colorspace = AVCOL_SPC_RGB;
  if (is_named(codec, "ffv1")) {
    encoder->pix_fmt = AV_PIX_FMT_0RGB32;
  } else if (is_named(codec, "png")) {
    encoder->pix_fmt = AV_PIX_FMT_RGB24;
  } else if (is_named(codec, "mjpeg")) {
    encoder->pix_fmt = AV_PIX_FMT_YUVJ444P;
    encoder->colorspace = AVCOL_SPC_BT470BG;
  } else {
    encoder->pix_fmt = is_odd ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
    encoder->chroma_sample_location = is_odd ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_LEFT;
    encoder->colorspace = pvff_default_matrix(encoder->height);
    encoder->color_range = AVCOL_RANGE_MPEG;
  }
}

static void set_codec_options(AVCodecContext *encoder, const pvff_target *target) {
  const char *codec = target->codec;
  char quality[16];
  snprintf(quality, sizeof quality, "%d", target->quality);
  if (is_named(codec, "libx264") || is_named(codec, "libx265"))
    av_opt_set(encoder->priv_data, "crf", quality, 0);
  if (is_named(codec, "libx265"))
    av_opt_set(encoder->priv_data, "x265-params", "log-level=none:pools=2:frame-threads=2", 0);
  // With AVX-512, x264's propagation of costs depends on stale memory: two runs give two files.
  if (is_named(codec, "libx264") && (av_get_cpu_flags() & AV_CPU_FLAG_AVX512))
    av_opt_set(encoder->priv_data, "x264-params", "asm=avx2", 0);
  if (is_named(codec, "libx265") && !is_named(target->format, "matroska") &&
      !is_named(target->format, "avi"))
    encoder->codec_tag = MKTAG('h', 'v', 'c', '1');
  if (is_named(codec, "ffv1"))
    encoder->codec_tag = MKTAG('F', 'F', 'V', '1');
  if (is_named(target->format, "avi"))
    encoder->max_b_frames = 0; // AVI has decoding times alone
  if (is_named(codec, "mjpeg")) {
    encoder->flags |= AV_CODEC_FLAG_QSCALE;
    encoder->global_quality = target->quality * FF_QP2LAMBDA;
    encoder->qmin = 1;
  }
  if (is_named(codec, "ffv1")) {
    encoder->level = 3;
    encoder->slices = encoder->width < 64 || encoder->height < 64 ? 1 : 4;
    av_opt_set_int(encoder->priv_data, "slicecrc", 1, 0);
  }
}

static int open_encoder(pvff_writer *writer, const pvff_target *target, pvff_error *error) {
  const AVCodec *codec = avcodec_find_encoder_by_name(target->codec);
  if (!codec)
    return pvff_fail(error, AVERROR_ENCODER_NOT_FOUND, false,
                     "cannot be encoded: this FFmpeg has no %s", target->codec);
  const char *name = avcodec_get_name(codec->id);
  // QuickTime takes FFV1 by its Windows name, which FFmpeg does but does not count as support.
  bool is_tagged = is_named(target->format, "mov") && codec->id == AV_CODEC_ID_FFV1;
  if (!is_named(target->format, "image2pipe") && !is_tagged &&
      avformat_query_codec(writer->output->oformat, codec->id, FF_COMPLIANCE_NORMAL) == 0)
    return pvff_fail(error, AVERROR(EINVAL), false, "cannot hold video of codec %s", name);
  AVCodecContext *encoder = writer->encoder = avcodec_alloc_context3(codec);
  if (!encoder)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be encoded");
  encoder->width = target->width;
  encoder->height = target->height;
  encoder->time_base = (AVRational){target->base.numerator, target->base.denominator};
  encoder->framerate = (AVRational){target->rate.numerator, target->rate.denominator};
  encoder->thread_count = pvff_threads;
  encoder->flags |= AV_CODEC_FLAG_BITEXACT;
  if (writer->output->oformat->flags & AVFMT_GLOBALHEADER)
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  set_color(encoder, target->codec);
  set_codec_options(encoder, target);
  int code = avcodec_open2(encoder, codec, NULL);
  if (code < 0)
    return pvff_fail(error, code, true, "%s cannot encode %d × %d pixels", name, target->width,
                     target->height);
  return 0;
}

static int write_header(pvff_writer *writer, const char *path, const pvff_target *target,
                        pvff_error *error) {
  AVFormatContext *output = writer->output;
  int code = avcodec_parameters_from_context(writer->stream->codecpar, writer->encoder);
  writer->stream->time_base = writer->encoder->time_base;
  writer->stream->avg_frame_rate = writer->encoder->framerate;
  for (int i = 0; i < target->metadata_count && code >= 0; i++)
    code = av_dict_set(&output->metadata, target->keys[i], target->values[i], 0);
  char *address = pvff_address(path);
  if (code >= 0)
    code = address ? avio_open(&output->pb, address, AVIO_FLAG_WRITE) : AVERROR(ENOMEM);
  av_free(address);
  if (code < 0)
    return pvff_fail(error, code, true, "cannot be written");
  AVDictionary *options = NULL;
  // The default of 1/1000 s would round the start of a video that does not begin at zero.
  int32_t scale = FFMAX(target->base.denominator, 1000);
  if (is_named(target->format, "mp4") || is_named(target->format, "mov"))
    av_dict_set_int(&options, "movie_timescale", scale, 0);
  code = avformat_write_header(output, &options);
  av_dict_free(&options);
  return code < 0 ? pvff_fail(error, code, true, "cannot hold these streams") : 0;
}

static int open_writer(pvff_writer *writer, const char *path, const pvff_target *target,
                       pvff_error *error) {
  pvff_prepare();
  int code = avformat_alloc_output_context2(&writer->output, NULL, target->format, NULL);
  if (code < 0)
    return pvff_fail(error, code, true, "cannot be written as %s", target->format);
  writer->output->flags |= AVFMT_FLAG_BITEXACT;
  writer->stream = avformat_new_stream(writer->output, NULL);
  writer->packet = av_packet_alloc();
  if (!writer->stream || !writer->packet)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be written");
  if ((code = open_encoder(writer, target, error)) < 0)
    return code;
  AVRational base = writer->encoder->time_base;
  writer->frame_ticks = FFMAX(av_rescale_q(1, av_inv_q(writer->encoder->framerate), base), 1);
  if (target->audio &&
      (code = pvff_audio_open(&writer->audio, target->audio, writer->output, error)) < 0)
    return code;
  return write_header(writer, path, target, error);
}

/// Writes the packets that the encoder has ready, each after the audio that comes before it.
static int write_packets(pvff_writer *writer, pvff_error *error) {
  AVPacket *packet = writer->packet;
  for (;;) {
    int code = avcodec_receive_packet(writer->encoder, packet);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF)
      return 0;
    if (code < 0)
      return pvff_fail(error, code, true, "frame %lld cannot be encoded",
                       (long long)writer->frame_count);
    // x265 leaves times unset when there are no more frames than it holds back; two are in order.
    if (writer->frame_count <= 2 && writer->packet_count < 2)
      packet->pts = packet->dts = writer->spans[writer->packet_count].time;
    writer->packet_count++;
    for (int i = 0; i < remembered; i++)
      if (writer->spans[i].time == packet->pts && writer->spans[i].duration > 0)
        packet->duration = writer->spans[i].duration;
    AVRational base = writer->encoder->time_base;
    code = pvff_audio_copy(&writer->audio, writer->output, packet->dts, base, error);
    if (code < 0) {
      av_packet_unref(packet);
      return code;
    }
    av_packet_rescale_ts(packet, base, writer->stream->time_base);
    packet->stream_index = writer->stream->index;
    const AVDictionaryEntry *comment = av_dict_get(writer->output->metadata, "comment", NULL, 0);
    if (comment && is_named(writer->output->oformat->name, "image2pipe"))
      code = pvff_comment_insert(packet, comment->value);
    if (code >= 0)
      code = av_write_frame(writer->output, packet);
    av_packet_unref(packet);
    if (code >= 0 && writer->output->pb->error < 0)
      code = writer->output->pb->error;
    if (code < 0)
      return pvff_fail(error, code, true, "cannot be written further");
  }
}

static int encode(pvff_writer *writer, AVFrame *frame, const uint8_t *pixels, pvff_error *error) {
  AVCodecContext *encoder = writer->encoder;
  frame->width = encoder->width;
  frame->height = encoder->height;
  frame->format = encoder->pix_fmt;
  frame->color_range = encoder->color_range;
  frame->colorspace = encoder->colorspace;
  frame->color_primaries = encoder->color_primaries;
  frame->color_trc = encoder->color_trc;
  frame->chroma_location = encoder->chroma_sample_location;
  frame->quality = encoder->global_quality;
  int code = av_frame_get_buffer(frame, 64);
  if (code >= 0)
    code = pvff_converter_write(&writer->converter, pixels, frame);
  if (code >= 0)
    code = avcodec_send_frame(encoder, frame);
  if (code < 0)
    return pvff_fail(error, code, true, "frame %lld cannot be encoded",
                     (long long)writer->frame_count);
  return 0;
}

int pvff_writer_write(pvff_writer *writer, const uint8_t *pixels, pvff_span span,
                      pvff_error *error) {
  int64_t count = writer->frame_count;
  if (count > 0 && span.time <= writer->spans[(count - 1) % remembered].time)
    return pvff_fail(error, AVERROR(EINVAL), false,
                     "frame %lld does not come after frame %lld in the file's ticks of %d/%d s",
                     (long long)count, (long long)count - 1, writer->encoder->time_base.num,
                     writer->encoder->time_base.den);
  if (span.duration <= 0)
    span.duration = writer->frame_ticks;
  AVFrame *frame = av_frame_alloc();
  if (!frame)
    return pvff_fail(error, AVERROR(ENOMEM), true, "frame %lld cannot be encoded",
                     (long long)count);
  frame->pts = span.time;
  int code = encode(writer, frame, pixels, error);
  av_frame_free(&frame);
  if (code < 0)
    return code;
  writer->spans[count % remembered] = span;
  writer->end = span.time + span.duration;
  writer->frame_count++;
  return write_packets(writer, error);
}

int pvff_writer_finish(pvff_writer *writer, pvff_error *error) {
  if (writer->frame_count == 0)
    return pvff_fail(error, AVERROR(EINVAL), false, "has no frame to hold");
  int code = avcodec_send_frame(writer->encoder, NULL);
  if (code < 0)
    return pvff_fail(error, code, true, "cannot be encoded to its end");
  if ((code = write_packets(writer, error)) < 0)
    return code;
  code = pvff_audio_finish(&writer->audio, writer->output, writer->end, writer->frame_ticks,
                           writer->encoder->time_base, error);
  if (code < 0)
    return code;
  code = av_write_trailer(writer->output);
  int closed = avio_closep(&writer->output->pb);
  if (code < 0 || closed < 0)
    return pvff_fail(error, code < 0 ? code : closed, true, "cannot be written to its end");
  return 0;
}

int pvff_writer_open(pvff_writer **result, const char *path, const pvff_target *target,
                     pvff_error *error) {
  pvff_writer *writer = calloc(1, sizeof *writer);
  if (!writer)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be written");
  int code = open_writer(writer, path, target, error);
  if (code < 0)
    pvff_writer_close(&writer);
  *result = writer;
  return code;
}

void pvff_writer_close(pvff_writer **result) {
  pvff_writer *writer = *result;
  if (!writer)
    return;
  pvff_audio_close(&writer->audio);
  av_packet_free(&writer->packet);
  pvff_converter_close(&writer->converter);
  avcodec_free_context(&writer->encoder);
  if (writer->output)
    avio_closep(&writer->output->pb);
  avformat_free_context(writer->output);
  free(writer);
  *result = NULL;
}
