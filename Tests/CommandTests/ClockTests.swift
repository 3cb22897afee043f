import Foundation
import TestSupport
import Testing

/// Clocks that go backward, and files from the future.
@Suite struct ClockTests {
  let shop: Workshop

  init() throws { shop = try Workshop("clock") }

  /// A clock of the day that is an hour earlier every time somebody looks; it counts how often.
  static let clock = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <stdatomic.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <sys/time.h>
    #include <time.h>
    static atomic_long looks;
    int clock_gettime(clockid_t clock, struct timespec *time) {
      int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
      int code = real(clock, time);
      if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)
        time->tv_sec -= 3600 * ++looks;
      return code;
    }
    int gettimeofday(struct timeval *restrict time, void *restrict zone) {
      struct timespec now;
      int code = clock_gettime(CLOCK_REALTIME, &now);
      time->tv_sec = now.tv_sec;
      time->tv_usec = now.tv_nsec / 1000;
      return code;
    }
    __attribute__((destructor)) static void count(void) {
      FILE *file = getenv("CLOCK_LOOKS") ? fopen(getenv("CLOCK_LOOKS"), "w") : 0;
      if (file) { fprintf(file, "%ld", looks); fclose(file); }
    }
    """

  @Test func aClockThatGoesBackwardChangesNothing() throws {
    try Self.clock.write(toFile: shop.path("clock.c"), atomically: true, encoding: .utf8)
    try shop.command("clang", ["-shared", "-fPIC", "-o", "clock.so", "clock.c"])
    try FileManager.default.copyItem(
      atPath: Shared.root.appendingPathComponent("examples/actor.mp4").path,
      toPath: shop.path("in.mp4"))
    // A file from the future is a file.
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: 1e9)], ofItemAtPath: shop.path("in.mp4"))
    let document = """
      {"stages": [
        {"id": "video", "use": "decode", "with": {"path": "in.mp4", "count": 3}},
        {"id": "face", "use": "face-crop", "from": {"frames": "video.frames"},
         "with": {"size": 64}},
        {"id": "out", "use": "encode", "with": {"path": "out.mkv", "codec": "ffv1"},
         "from": {"frames": "face.crops"}}
      ]}
      """
    try document.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let backward = [
      "LD_PRELOAD": shop.path("clock.so"), "CLOCK_LOOKS": shop.path("looks"),
    ]
    func run(_ cache: String, _ environment: [String: String]) throws -> String {
      let result = try Program(
        ["run", "p.json", "--threads", "1"], in: shop.folder, environment: environment,
        cache: shop.path(cache)
      ).result()
      #expect(result.status == 0, "\(result.errors)")
      // No time is below zero.
      #expect(!result.errors.contains(/\s-[0-9]/), "\(result.errors)")
      return result.errors
    }
    #expect(try !run("right", [:]).contains("from the cache"))
    let digest = try shop.digest(shop.path("out.mkv"))
    #expect(try !run("new", backward).contains("from the cache"))
    let looks = try String(contentsOfFile: shop.path("looks"), encoding: .utf8)
    #expect(Int(looks).map { $0 > 0 } == true, "\(looks)")
    #expect(try run("new", [:]).contains("face: from the cache"))
    #expect(try run("right", backward).contains("face: from the cache"))
    #expect(try shop.digest(shop.path("out.mkv")) == digest)
    let list = try Program(
      ["cache", "list"], in: shop.folder, environment: backward, cache: shop.path("new")
    ).result()
    #expect(list.status == 0 && !list.output.contains(/\s-[0-9]/), "\(list.output)")
  }
}
