import Foundation
import FuzzTargets
import TestSupport
import Testing
