internal import TorchShim

/// Where a tensor's values live and where operations on it run.
public enum Device: String, Sendable, Codable, CaseIterable {
  case cpu, cuda

  /// The CUDA device, if libtorch was built for one and finds it.
  public static var gpu: Device? { Torch.hasCUDA ? .cuda : nil }

  /// Makes `.cuda` the GPU of this number for all tensors that are moved from now on.
  public static func choose(gpu index: Int) { pv_choose_gpu(Int32(index)) }
}

/// The libtorch that the program runs on.
public enum Torch {
  /// The version of the headers that the program was built with.
  public static var version: String { String(cString: pv_torch_version()) }

  /// Whether libtorch was built for CUDA and finds a device.
  public static var hasCUDA: Bool { pv_cuda_available() }

  /// Gives memory that was freed back to the system, after something large was loaded.
  public static func releaseMemory() { pv_release_memory() }

  /// The number of threads that one operation may use.
  public static var threads: Int {
    get { Int(pv_threads()) }
    set { pv_set_threads(Int32(newValue)) }
  }
}
