// A network that loses, repeats and delays, from a seed; and an ear that remembers what invariants need.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "apps/town/access.h"
#include "crypto/hash.h"
#include "testing/fakes.h"

namespace mitome::ecosystem {

/// A certificate that the issuer let out, whether or not anybody received it.
struct IssuedCertificate {
  std::string phone;  ///< the registry's name of the phone
  std::string arm;    ///< "auth" or "sign"
  Bytes der;
};

class FaultyNetwork final : public town::Interceptor {
 public:
  explicit FaultyNetwork(uint64_t seed) : random_(seed) {}

  /// While calm nothing goes wrong: for making cards, and for the checker's own questions.
  void set_calm(bool calm) { calm_ = calm; }
  /// Delivers every delayed copy that is still under way.
  void deliver_late_copies();

  Result<http::Response> carry(const http::Request& request, const DeliverHttp& deliver) override;
  Result<Bytes> carry_apdu(const std::string& chip, ByteView command, const DeliverApdu& deliver) override;

  const std::vector<IssuedCertificate>& certificates() const { return certificates_; }
  /// Sessions that were answered "good" more than once: I8 says none.
  const std::vector<std::string>& used_twice() const { return used_twice_; }
  /// Enrolment sessions whose grants differ: I8 says none.
  const std::vector<std::string>& granted_twice() const { return granted_twice_; }
  /// Wrong guesses of a chip's PIN in a row that the chip really judged.
  const std::map<std::string, int>& wrong_guesses() const { return wrong_guesses_; }
  /// SHA-256 over every message's address, verdict and reason so far: the same seed must give the same.
  std::string trace() const;
  size_t faults() const { return faults_; }

 private:
  enum class Fault : uint8_t { kNone, kLoseRequest, kLoseAnswer, kTwice, kCopyLater };
  Fault draw();
  void listen(const http::Request& request, const Result<http::Response>& response);
  void note(std::string_view text);

  testing::SeededRandom random_;
  bool calm_ = true;
  size_t faults_ = 0;
  size_t depth_ = 0;  ///< how many messages are being delivered around this one
  std::deque<std::pair<http::Request, DeliverHttp>> late_;
  std::vector<IssuedCertificate> certificates_;
  std::set<Bytes> seen_certificates_;
  std::map<std::string, int> good_sessions_;
  std::map<std::string, Bytes> grants_;
  std::vector<std::string> used_twice_, granted_twice_;
  std::map<std::string, int> wrong_guesses_;
  crypto::Sha256Digest trace_{};
};

}  // namespace mitome::ecosystem
