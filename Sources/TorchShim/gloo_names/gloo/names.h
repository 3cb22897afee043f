// The names of gloo that torch's header of its process group mentions.
//
// libtorch holds gloo, but comes without its headers, or with those of another version. Nothing
// here is called or made: only pointers to these types pass through the header, and torch's own
// code is behind them.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace gloo {

class Context {
public:
  void setTimeout(std::chrono::milliseconds timeout);
};

namespace rendezvous {

class Store {
public:
  static constexpr std::chrono::milliseconds kDefaultTimeout = std::chrono::seconds(30);
  virtual ~Store();
  virtual void set(const std::string &key, const std::vector<char> &value) = 0;
  virtual std::vector<char> get(const std::string &key) = 0;
  virtual void wait(const std::vector<std::string> &keys) = 0;
  virtual void wait(const std::vector<std::string> &keys,
                    const std::chrono::milliseconds &timeout) = 0;
};

} // namespace rendezvous

namespace transport {

class Device;
class UnboundBuffer {
public:
  virtual ~UnboundBuffer();
};

} // namespace transport
} // namespace gloo
