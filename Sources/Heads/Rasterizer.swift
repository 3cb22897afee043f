import Dispatch
import Synchronization

/// Draws heads with a z-buffer: visibility first, then one shading for every covered sample.
///
/// Nothing is culled. Buffers are kept between pictures, so one rasterizer serves one thread.
public final class Rasterizer {
  /// Samples of a pixel in each direction.
  public let supersampling: Int
  /// Posed vertices in meters.
  var positions = Block(count: 0, repeating: Vector.zero)
  /// Normals of length 1, equal at welded vertices.
  var normals = Block(count: 0, repeating: Vector.zero)
  /// Columns and rows in samples, then 1/z, then z, in world units.
  var screen = Block(count: 0, repeating: Vector.zero)
  /// 1/z of the nearest surface at every sample; 0 where there is none.
  var inverseDepth = Block(count: 0, repeating: Float.zero)
  /// The triangle at every sample; -1 where there is none.
  var triangle = Block(count: 0, repeating: Int32(-1))

  /// - Parameter supersampling: 1 for one sample at the center of a pixel, 2 for four
  public init(supersampling: Int = 2) {
    precondition((1...4).contains(supersampling), "'supersampling' must be 1 to 4")
    self.supersampling = supersampling
  }

  /// Draws a scene on `size` x `size` pixels.
  public func render(_ scene: Scene, size: Int) -> Portrait {
    precondition(size > 0, "'size' must be above 0")
    let samples = size * supersampling
    let view = View(scene.camera, samples: samples)
    trace(scene, view, samples: samples)
    return withExtendedLifetime(scene.head) {
      findNormals(scene.head)
      return shade(scene, view, size: size)
    }
  }

  /// Poses the head and finds what is seen of it.
  func trace(_ scene: Scene, _ view: View, samples: Int) {
    let head = scene.head
    if positions.count < head.vertexCount {
      positions = Block(count: head.vertexCount, repeating: .zero)
      normals = Block(count: head.vertexCount, repeating: .zero)
      screen = Block(count: head.vertexCount, repeating: .zero)
    }
    if inverseDepth.count != samples * samples {
      inverseDepth = Block(count: samples * samples, repeating: 0)
      triangle = Block(count: samples * samples, repeating: -1)
    }
    withExtendedLifetime(head) {
      head.write(scene.expression, scene.pose, into: positions.pointer)
      project(head, view)
      findVisible(head, samples: samples)
    }
  }

  /// Draws many scenes, each on one of `threads` threads; the order is kept.
  public static func render(
    _ scenes: [Scene], size: Int, supersampling: Int = 2, threads: Int
  ) -> [Portrait] {
    precondition(threads > 0, "'threads' must be above 0")
    let lanes = min(threads, max(scenes.count, 1))
    let lists = Mutex([[Portrait]](repeating: [], count: lanes))
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      let rasterizer = Rasterizer(supersampling: supersampling)
      let drawn = stride(from: lane, to: scenes.count, by: lanes).map {
        rasterizer.render(scenes[$0], size: size)
      }
      lists.withLock { $0[lane] = drawn }
    }
    return lists.withLock { lists in scenes.indices.map { lists[$0 % lanes][$0 / lanes] } }
  }
}
