// What stands on the story's wires: one that changes a single byte (--break), one that keeps everything (--evidence).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "apps/town/access.h"

namespace mitome::story {

/// Flips one byte of one message of one step, the first time that message passes.
class Breaker final : public town::Interceptor {
 public:
  /// 1 to the number of steps; 0 breaks nothing.
  explicit Breaker(size_t step) : step_(step) {}
  void begin_step(size_t number) { now_ = number; }
  bool broke() const { return broke_; }
  /// Which message it is, for people.
  static std::string_view target_of(size_t step);

  Result<http::Response> carry(const http::Request& request, const DeliverHttp& deliver) override;
  Result<Bytes> carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) override;

 private:
  bool armed() const { return step_ != 0 && step_ == now_ && !broke_; }
  size_t step_;
  size_t now_ = 0;
  bool broke_ = false;
};

/// Keeps what passed, step by step, and writes it to a folder. PINs, tokens and My Numbers are blotted out.
class Recorder final : public town::Interceptor {
 public:
  explicit Recorder(town::Interceptor& next) : next_(next) {}
  void begin_step(size_t number) { step_ = number; }

  Result<http::Response> carry(const http::Request& request, const DeliverHttp& deliver) override;
  Result<Bytes> carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) override;

  /// Files below `folder` (made if absent) and CHECK.md with the commands. STORAGE_FAILED.
  Result<void> write(const std::string& folder, const town::TrustPems& trust, Instant at) const;

 private:
  struct Exchange {
    size_t step;
    http::Request request;
    Result<http::Response> response;
  };
  struct ApduExchange {
    size_t step;
    std::string chip;
    Bytes command;
    Bytes response;  ///< empty when the chip was silent
  };
  void learn_secrets(const Bytes& body);
  std::string blot(std::string text) const;

  town::Interceptor& next_;
  size_t step_ = 0;
  std::vector<Exchange> exchanges_;
  std::vector<ApduExchange> apdus_;
  std::set<std::string> my_numbers_;
};

}  // namespace mitome::story
