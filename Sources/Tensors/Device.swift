internal import TorchShim

/// Where a tensor's values live and where operations on it run.
public enum Device: String, Sendable, Codable, CaseIterable {
  case cpu, cuda
  /// Nowhere: tensors have shapes and histories but no values, so that mixing devices shows without a GPU.
  case meta

  /// The number by which the wall calls the device.
  var number: Int32 {
    switch self {
    case .cpu: 0
    case .cuda: 1
    case .meta: 2
    }
  }

  init(number: Int32) { self = Self.allCases.first { $0.number == number } ?? .cpu }

  /// The CUDA device, if libtorch was built for one and finds it.
  public static var gpu: Device? { pv_cuda_available() ? .cuda : nil }
}

/// The libtorch that the program runs on.
public enum Torch {
  /// The version of the headers that the program was built with.
  public static var version: String { String(cString: pv_torch_version()) }

  /// The number of threads that one operation may use.
  public static var threads: Int {
    get { Int(pv_threads()) }
    set { pv_set_threads(Int32(newValue)) }
  }
}
