#include "internal.h"
#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <string.h>

/// The microseconds at which a stream ends, as far as the file says.
static int64_t stream_end(const AVFormatContext *input, const AVStream *stream) {
  int64_t start = stream->start_time != AV_NOPTS_VALUE ? stream->start_time : 0;
  if (stream->duration > 0)
    return av_rescale_q(start + stream->duration, stream->time_base, AV_TIME_BASE_Q);
  // Matroska keeps the end of a stream as a tag alone.
  const AVDictionaryEntry *tag = av_dict_get(stream->metadata, "DURATION", NULL, 0);
  int hours, minutes;
  double seconds;
  if (tag && sscanf(tag->value, "%d:%d:%lf", &hours, &minutes, &seconds) == 3)
    return (int64_t)((hours * 3600.0 + minutes * 60.0 + seconds) * AV_TIME_BASE);
  return input->duration > 0 ? input->duration : AV_NOPTS_VALUE;
}

static int add_stream(pvff_audio *audio, int index, AVFormatContext *output, pvff_error *error) {
  const AVStream *from = audio->input->streams[index];
  enum AVCodecID codec = from->codecpar->codec_id;
  const char *name = avcodec_get_name(codec);
  if (avformat_query_codec(output->oformat, codec, FF_COMPLIANCE_NORMAL) == 0)
    return pvff_fail(error, AVERROR(EINVAL), false,
                     "cannot hold the source's audio (%s); a .mkv file can", name);
  AVStream *to = avformat_new_stream(output, NULL);
  if (!to)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot hold the source's audio (%s)", name);
  int code = avcodec_parameters_copy(to->codecpar, from->codecpar);
  if (code < 0)
    return pvff_fail(error, code, true, "cannot hold the source's audio (%s)", name);
  to->codecpar->codec_tag = 0;
  to->time_base = from->time_base;
  to->disposition = from->disposition;
  av_dict_copy(&to->metadata, from->metadata, 0);
  av_dict_set(&to->metadata, "DURATION", NULL, 0);
  audio->outputs[index] = to->index;
  return 0;
}

int pvff_audio_open(pvff_audio *audio, const char *path, AVFormatContext *output,
                    pvff_error *error) {
  pvff_error reason;
  int code = pvff_demuxer_open(&audio->input, path, false, &reason);
  if (code < 0)
    return pvff_fail(error, code, false, "the audio of '%s' cannot be copied: it %s", path,
                     reason.text);
  unsigned count = audio->count = audio->input->nb_streams;
  audio->packet = av_packet_alloc();
  audio->outputs = av_malloc_array(count, sizeof *audio->outputs);
  audio->last = av_malloc_array(count, sizeof *audio->last);
  if (!audio->packet || (count && (!audio->outputs || !audio->last)))
    return pvff_fail(error, AVERROR(ENOMEM), true, "the audio of '%s' cannot be copied", path);
  audio->video_end = AV_NOPTS_VALUE;
  // These cannot tell times before zero, where the priming samples of a codec lie.
  audio->starts_at_zero =
      !strcmp(output->oformat->name, "matroska") || !strcmp(output->oformat->name, "avi");
  for (unsigned i = 0; i < count; i++) {
    AVStream *stream = audio->input->streams[i];
    audio->outputs[i] = -1;
    audio->last[i] = INT64_MIN;
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO)
      code = add_stream(audio, (int)i, output, error);
    else
      stream->discard = AVDISCARD_ALL;
    if (stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && audio->video_end == AV_NOPTS_VALUE)
      audio->video_end = stream_end(audio->input, stream);
    if (code < 0)
      return code;
  }
  return 0;
}

/// Holds the next packet of audio, unless the file has ended.
static int hold(pvff_audio *audio, pvff_error *error) {
  while (audio->input && !audio->is_held && !audio->is_ended) {
    int code = av_read_frame(audio->input, audio->packet);
    if (code == AVERROR_EOF) {
      audio->is_ended = true;
      return 0;
    }
    if (code >= 0 && (audio->packet->flags & AV_PKT_FLAG_CORRUPT))
      code = AVERROR_INVALIDDATA;
    if (code < 0)
      return pvff_fail(error, code, true, "the source's audio cannot be read to its end");
    AVPacket *packet = audio->packet;
    int64_t end = packet->pts == AV_NOPTS_VALUE ? 1 : packet->pts + packet->duration;
    unsigned index = (unsigned)packet->stream_index;
    if (index >= audio->count || audio->outputs[index] < 0 || (audio->starts_at_zero && end <= 0))
      av_packet_unref(packet);
    else
      audio->is_held = true;
  }
  return 0;
}

static int write_held(pvff_audio *audio, AVFormatContext *output, pvff_error *error) {
  AVPacket *packet = audio->packet;
  int index = packet->stream_index;
  AVStream *to = output->streams[audio->outputs[index]];
  AVRational base = audio->input->streams[index]->time_base;
  if (packet->pts == AV_NOPTS_VALUE)
    packet->pts = packet->dts;
  if (audio->starts_at_zero)
    packet->pts = FFMAX(packet->pts, 0);
  packet->dts = packet->pts;
  av_packet_rescale_ts(packet, base, to->time_base);
  packet->dts = packet->pts = FFMAX(packet->pts, audio->last[index]);
  audio->last[index] = packet->dts + 1;
  packet->stream_index = to->index;
  packet->pos = -1;
  audio->is_held = false;
  int code = av_write_frame(output, packet);
  av_packet_unref(packet);
  return code < 0 ? pvff_fail(error, code, true, "audio cannot be written") : 0;
}

int pvff_audio_copy(pvff_audio *audio, AVFormatContext *output, int64_t time, AVRational base,
                    pvff_error *error) {
  for (;;) {
    int code = hold(audio, error);
    if (code < 0 || !audio->is_held)
      return code;
    const AVPacket *packet = audio->packet;
    int64_t start = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    AVRational own = audio->input->streams[packet->stream_index]->time_base;
    if (start != AV_NOPTS_VALUE && av_compare_ts(start, own, time, base) >= 0)
      return 0;
    if ((code = write_held(audio, output, error)) < 0)
      return code;
  }
}

int pvff_audio_finish(pvff_audio *audio, AVFormatContext *output, int64_t end, int64_t slack,
                      AVRational base, pvff_error *error) {
  int64_t reached = av_rescale_q(end + slack, base, AV_TIME_BASE_Q);
  bool is_whole = audio->video_end != AV_NOPTS_VALUE && reached >= audio->video_end;
  return pvff_audio_copy(audio, output, is_whole ? INT64_MAX : end,
                         is_whole ? (AVRational){1, 1} : base, error);
}

void pvff_audio_close(pvff_audio *audio) {
  av_packet_free(&audio->packet);
  av_freep(&audio->outputs);
  av_freep(&audio->last);
  avformat_close_input(&audio->input);
}
