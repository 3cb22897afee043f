import Pipeline
import Tensors

extension TrainingConfig {
  /// What the types of a document's values would refuse in words of their own.
  static func issues(with fields: [String: JSON]) -> [Issue] {
    var issues: [Issue] = []
    func check(_ value: JSON?, _ names: [String], _ tokens: String...) {
      guard case .string(let word)? = value, !names.contains(word) else { return }
      let hint = NearestName.of(word, among: names).map { "; did you mean '\($0)'?" } ?? ""
      let listed = names.map { "'\($0)'" }.joined(separator: ", ")
      issues.append(
        Issue(
          "must be one of \(listed), not '\(word)'\(hint)", at: JSONPointer(tokens: tokens)))
    }
    check(fields["precision"], Precision.allCases.map(\.rawValue), "precision")
    if case .object(let augment)? = fields["augment"] {
      check(
        augment["kind"], TrainingAugmentation.Kind.allCases.map(\.rawValue), "augment", "kind")
    }
    switch fields["seed"] {
    case .integer(let seed)? where !(0...Int128(UInt64.max)).contains(seed):
      issues.append(Issue("must be a whole number of at least 0, not \(seed)", at: "/seed"))
    case .number(let seed)?:
      issues.append(Issue("must be a whole number of at least 0, not \(seed)", at: "/seed"))
    default: break
    }
    return issues
  }
}
