#include "internal.h"
#include <libavutil/avstring.h>
#include <libavutil/common.h>
#include <libavutil/imgutils.h>
#include <libavutil/mathematics.h>
#include <stdlib.h>
#include <string.h>

struct pvff_reader {
  AVFormatContext *input;
  AVCodecContext *decoder;
  AVStream *stream;
  AVPacket *packet;
  AVFrame *current, *following; ///< the frame to hand out, and the one after it for its duration
  pvff_converter converter;
  pvff_orientation orientation;
  int width, height;   ///< stored, before the orientation
  int64_t frame_count; ///< frames decoded so far
  int64_t packets;     ///< packets of the video read so far
  int64_t read_end;    ///< microseconds at which the packets read so far end
  int64_t last_time;
  bool is_sequence, is_still, is_drained;
  char comment[512]; ///< of the first picture, where the video is pictures
};

static int64_t ticks_per_frame(const pvff_reader *reader) {
  AVRational rate = reader->stream->avg_frame_rate;
  if (rate.num <= 0 || rate.den <= 0)
    rate = reader->stream->r_frame_rate;
  if (rate.num <= 0 || rate.den <= 0)
    return 1;
  int64_t ticks = av_rescale_q(1, av_inv_q(rate), reader->stream->time_base);
  return ticks > 0 ? ticks : 1;
}

/// Fails when the file ends before its own header says.
static int check_end(const pvff_reader *reader, pvff_error *error) {
  const AVFormatContext *input = reader->input;
  int64_t expected = reader->stream->nb_frames;
  // What an edit list leaves out is in the count of samples, but not among the index entries.
  if (strstr(input->iformat->name, "mov"))
    expected = avformat_index_get_entries_count(reader->stream);
  if (!reader->is_still && reader->packets < expected)
    return pvff_fail(error, AVERROR_INVALIDDATA, false,
                     "is truncated: it ends after %lld of %lld frames", (long long)reader->packets,
                     (long long)expected);
  int64_t said = input->duration;
  if (!strstr(input->iformat->name, "matroska") || said == AV_NOPTS_VALUE ||
      input->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE)
    return 0;
  int64_t slack =
      10000 + av_rescale_q(ticks_per_frame(reader), reader->stream->time_base, AV_TIME_BASE_Q);
  if (reader->read_end + slack < said)
    return pvff_fail(error, AVERROR_INVALIDDATA, false,
                     "is truncated: it ends at %.2f s of %.2f s (frame %lld)",
                     (double)reader->read_end / AV_TIME_BASE, (double)said / AV_TIME_BASE,
                     (long long)reader->frame_count);
  return 0;
}

static bool is_too_large(int width, int height) {
  return (int64_t)width * height > pvff_most_pixels;
}

static int fail_too_large(int width, int height, pvff_error *error) {
  return pvff_fail(error, AVERROR(EINVAL), false,
                   "has pictures of %d × %d pixels, of which there may be %d at most", width,
                   height, pvff_most_pixels);
}

static int decode_failure(const pvff_reader *reader, int code, pvff_error *error) {
  const AVCodecContext *decoder = reader->decoder;
  if (is_too_large(decoder->width, decoder->height))
    return fail_too_large(decoder->width, decoder->height, error);
  return pvff_fail(error, code, true, "frame %lld cannot be decoded",
                   (long long)reader->frame_count);
}

/// Sends the decoder the next packet of the video, or the end.
static int feed(pvff_reader *reader, pvff_error *error) {
  AVPacket *packet = reader->packet;
  for (;;) {
    int code = av_read_frame(reader->input, packet);
    if (code == AVERROR_EOF) {
      if ((code = check_end(reader, error)) < 0)
        return code;
      code = avcodec_send_packet(reader->decoder, NULL);
      return code < 0 ? decode_failure(reader, code, error) : 0;
    }
    if (code < 0)
      return pvff_fail(error, code, true, "frame %lld cannot be read",
                       (long long)reader->frame_count);
    const AVStream *stream = reader->input->streams[packet->stream_index];
    int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (time != AV_NOPTS_VALUE) {
      int64_t end =
          av_rescale_q(av_sat_add64(time, packet->duration), stream->time_base, AV_TIME_BASE_Q);
      reader->read_end = FFMAX(reader->read_end, end);
    }
    if (stream != reader->stream) {
      av_packet_unref(packet);
      continue;
    }
    if (packet->flags & AV_PKT_FLAG_CORRUPT) {
      av_packet_unref(packet);
      return pvff_fail(error, AVERROR_INVALIDDATA, false, "is truncated or corrupt near frame %lld",
                       (long long)reader->packets);
    }
    bool is_first = reader->packets++ == 0;
    if (is_first)
      pvff_comment_find(packet, reader->comment, sizeof reader->comment);
    if (reader->decoder->codec_id == AV_CODEC_ID_TIFF)
      code = pvff_tiff_prepare(packet, is_first ? &reader->orientation : NULL);
    if (code >= 0)
      code = avcodec_send_packet(reader->decoder, packet);
    av_packet_unref(packet);
    return code < 0 ? decode_failure(reader, code, error) : 0;
  }
}

/// Gives the frame a time after that of the frame before it, when the file gives it none.
static void set_time(pvff_reader *reader, AVFrame *frame) {
  int64_t time = frame->best_effort_timestamp;
  // Far from where sums and products of times would not be numbers any more.
  int64_t limit = INT64_MAX / 4 / FFMAX(reader->stream->time_base.num, 1);
  if (time > limit || time < -limit)
    time = AV_NOPTS_VALUE;
  if (reader->frame_count == 0)
    time = time == AV_NOPTS_VALUE ? 0 : time;
  else if (time == AV_NOPTS_VALUE)
    time = reader->last_time + ticks_per_frame(reader);
  else if (time <= reader->last_time)
    time = reader->last_time + 1;
  frame->pts = reader->last_time = time;
}

/// Decodes one frame: 1, or 0 at the end.
static int decode(pvff_reader *reader, AVFrame *frame, pvff_error *error) {
  while (!reader->is_drained) {
    int code = avcodec_receive_frame(reader->decoder, frame);
    if (code == AVERROR(EAGAIN)) {
      if ((code = feed(reader, error)) < 0)
        return code;
      continue;
    }
    if ((reader->is_drained = code == AVERROR_EOF))
      return 0;
    int flaws = frame->decode_error_flags & ~FF_DECODE_ERROR_MISSING_REFERENCE;
    if (code >= 0 && (flaws || (frame->flags & AV_FRAME_FLAG_CORRUPT)))
      code = AVERROR_INVALIDDATA;
    if (code < 0)
      return decode_failure(reader, code, error);
    set_time(reader, frame);
    reader->frame_count++;
    return 1;
  }
  return 0;
}

/// How long the last frame is shown: as its packet says, else by the rate.
static int64_t last_duration(const pvff_reader *reader, const AVFrame *frame) {
  return frame->pkt_duration > 0 ? frame->pkt_duration : ticks_per_frame(reader);
}

int pvff_reader_next(pvff_reader *reader, uint8_t *pixels, pvff_span *span, pvff_error *error) {
  AVFrame *frame = reader->current;
  if (!frame->buf[0])
    return 0;
  int code = decode(reader, reader->following, error);
  if (code < 0)
    return code;
  span->time = frame->pts;
  span->duration = code ? reader->following->pts - frame->pts : last_duration(reader, frame);
  code = pvff_converter_read(&reader->converter, frame, reader->decoder->codec_id, reader->width,
                             reader->height);
  if (code < 0)
    return pvff_fail(error, code, true, "the pixels at %.3f s cannot be converted to RGB",
                     (double)frame->pts * av_q2d(reader->stream->time_base));
  pvff_copy_upright(reader->converter.rgb, reader->orientation, pixels);
  av_frame_unref(frame);
  reader->current = reader->following;
  reader->following = frame;
  return 1;
}

static int open_decoder(pvff_reader *reader, pvff_error *error) {
  const AVCodecParameters *parameters = reader->stream->codecpar;
  const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
  if (!codec)
    return pvff_fail(error, AVERROR_DECODER_NOT_FOUND, false,
                     "has video of codec %s without a decoder",
                     avcodec_get_name(parameters->codec_id));
  if (!(reader->decoder = avcodec_alloc_context3(codec)))
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be decoded");
  AVCodecContext *decoder = reader->decoder;
  if (is_too_large(parameters->width, parameters->height))
    return fail_too_large(parameters->width, parameters->height, error);
  decoder->max_pixels = pvff_most_pixels;
  int code = avcodec_parameters_to_context(decoder, parameters);
  decoder->pkt_timebase = reader->stream->time_base;
  decoder->thread_count = pvff_threads;
  decoder->err_recognition = AV_EF_CRCCHECK;
  // A picture that refers to no other is whole or wrong; others may begin with what lacks a
  // reference.
  const AVCodecDescriptor *about = avcodec_descriptor_get(parameters->codec_id);
  if (about && (about->props & AV_CODEC_PROP_INTRA_ONLY))
    decoder->err_recognition |= AV_EF_EXPLODE;
  if (code >= 0)
    code = avcodec_open2(decoder, codec, NULL);
  if (code < 0)
    return pvff_fail(error, code, true, "has video of codec %s that cannot be decoded",
                     codec->name);
  return 0;
}

static void describe(const pvff_reader *reader, pvff_info *info) {
  const AVFormatContext *input = reader->input;
  const AVStream *stream = reader->stream;
  memset(info, 0, sizeof *info);
  info->width = reader->orientation.transposed ? reader->height : reader->width;
  info->height = reader->orientation.transposed ? reader->width : reader->height;
  AVRational rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
  info->rate = rate.num > 0 && rate.den > 0 ? (pvff_ratio){rate.num, rate.den} : (pvff_ratio){0, 1};
  info->base = (pvff_ratio){stream->time_base.num, stream->time_base.den};
  info->duration = stream->duration > 0 ? stream->duration : 0;
  if (info->duration == 0 && input->duration > 0)
    info->duration = av_rescale_q(input->duration, AV_TIME_BASE_Q, stream->time_base);
  info->is_still = reader->is_still;
  info->frames = stream->nb_frames;
  if (reader->is_still)
    info->frames = info->duration = 1;
  else if (info->frames == 0 && info->duration > 0 && rate.num > 0)
    info->frames = av_rescale_q(info->duration, stream->time_base, av_inv_q(rate));
  for (unsigned i = 0; i < input->nb_streams; i++)
    info->audio_streams += input->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
  av_strlcpy(info->codec, avcodec_get_name(stream->codecpar->codec_id), sizeof info->codec);
  const AVDictionaryEntry *comment = av_dict_get(input->metadata, "comment", NULL, 0);
  av_strlcpy(info->comment, comment ? comment->value : reader->comment, sizeof info->comment);
}

static int open_reader(pvff_reader *reader, const char *path, pvff_info *info, pvff_error *error) {
  int code = pvff_demuxer_open(&reader->input, path, reader->is_sequence, error);
  if (code < 0 || (code = pvff_find_video(reader->input, error)) < 0)
    return code;
  reader->stream = reader->input->streams[code];
  const char *format = reader->input->iformat->name;
  reader->is_still = !reader->is_sequence && (!strcmp(format, "image2") || strstr(format, "_pipe"));
  if ((code = open_decoder(reader, error)) < 0)
    return code;
  reader->packet = av_packet_alloc();
  reader->current = av_frame_alloc();
  reader->following = av_frame_alloc();
  if (!reader->packet || !reader->current || !reader->following)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be decoded");
  if ((code = decode(reader, reader->current, error)) < 0)
    return code;
  if (code == 0)
    return pvff_fail(error, AVERROR_INVALIDDATA, false, "holds no frame that can be decoded");
  reader->width = reader->current->width;
  reader->height = reader->current->height;
  pvff_find_orientation(reader->stream, reader->current, &reader->orientation);
  describe(reader, info);
  return 0;
}

int pvff_reader_open(pvff_reader **result, const char *path, bool is_sequence, pvff_info *info,
                     pvff_error *error) {
  pvff_reader *reader = calloc(1, sizeof *reader);
  if (!reader)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be read");
  reader->is_sequence = is_sequence;
  int code = open_reader(reader, path, info, error);
  if (code < 0)
    pvff_reader_close(&reader);
  *result = reader;
  return code;
}

void pvff_reader_close(pvff_reader **result) {
  pvff_reader *reader = *result;
  if (!reader)
    return;
  av_frame_free(&reader->current);
  av_frame_free(&reader->following);
  av_packet_free(&reader->packet);
  pvff_converter_close(&reader->converter);
  avcodec_free_context(&reader->decoder);
  avformat_close_input(&reader->input);
  free(reader);
  *result = NULL;
}
