// A store that fails at a chosen write: before it, as a full disk does, or after it, as a crash does that keeps the
// effect and loses the answer.
#pragma once

#include "store/store.h"

namespace mitome::testing {

class FailingStore final : public store::Store {
 public:
  enum class When : uint8_t { kNever, kBefore, kAfter };

  explicit FailingStore(store::Store& inner) : inner_(inner) {}

  /// The write after `skip` more writes fails, and every later one too until arm() is called again.
  void arm(When when, size_t skip) {
    when_ = when;
    left_ = skip;
  }
  size_t writes() const { return writes_; }

  Result<void> write(const std::function<Result<void>(store::Transaction&)>& body) override {
    ++writes_;
    if (when_ == When::kNever || left_ > 0) {
      if (left_ > 0) --left_;
      return inner_.write(body);
    }
    if (when_ == When::kAfter) {
      when_ = When::kBefore;
      Result<void> done = inner_.write(body);
      if (!done) return done;
    }
    return Error{Reason::STORAGE_FAILED, "the test's store fails here"};
  }
  Result<void> read(const std::function<Result<void>(store::Transaction&)>& body) override { return inner_.read(body); }

 private:
  store::Store& inner_;
  When when_ = When::kNever;
  size_t left_ = 0;
  size_t writes_ = 0;
};

}  // namespace mitome::testing
